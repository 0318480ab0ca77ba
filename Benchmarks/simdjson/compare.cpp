// Measures simdjson on lines of JSON as `Benchmarks parse` measures Lockstitch: the same frames of whole lines in
// memory, one thread, the median of several runs. `run` builds and starts this.
//
// DOM: parses each line and touches every name and value. Nothing is kept, so this is less than Lockstitch does.
//
// On-Demand: puts every value into the column of its dotted name, as Lockstitch does: strings unescaped, other values
// as they are written, arrays as JSON, null as no value. It is spared what Lockstitch does besides: to check numbers
// and what is in arrays, to read times, to tell the kinds of values, to hand over the columns of a frame.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <exception>
#include <fstream>
#include <functional>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <simdjson.h>

using namespace simdjson;

/// The lines of a file, as many times over as asked, in frames of the size that `Benchmarks parse` has.
struct Input {
    static constexpr size_t frame_bytes = 1 << 20;

    std::vector<padded_string> frames;
    size_t longest_frame = 0;
    size_t bytes = 0;
    size_t rows = 0;

    Input(const char *path, int repeated) {
        std::ifstream file(path, std::ios::binary);
        if (!file) throw std::runtime_error("cannot be read");
        std::string once{std::istreambuf_iterator<char>(file), {}};
        if (once.empty() || once.back() != '\n') once += '\n';
        std::string all;
        for (int time = 0; time < repeated; time++) all += once;
        bytes = all.size();
        rows = std::count(all.begin(), all.end(), '\n');
        for (size_t start = 0; start < bytes;) {
            size_t end = all.find('\n', std::min(start + frame_bytes, bytes) - 1) + 1;
            frames.emplace_back(all.data() + start, end - start);
            longest_frame = std::max(longest_frame, end - start);
            start = end;
        }
    }
};

/// Rows as columns of text: for each value its bytes, where they end, and its row.
class Batch {
  public:
    void add(std::string_view name, std::string_view text) {
        Column &column = column_of_next_value(name);
        column.bytes.append(text);
        column.ends.push_back(column.bytes.size());
        column.rows.push_back(row_count);
    }

    void end_row() {
        row_count++;
        values_of_row = 0;
    }

    size_t rows() const { return row_count; }

    /// Keeps the columns and their memory for the rows to come.
    void clear() {
        for (auto &[name, column] : columns) {
            column.bytes.clear();
            column.ends.clear();
            column.rows.clear();
        }
        row_count = 0;
    }

  private:
    struct Column {
        std::string bytes;
        std::vector<uint32_t> ends;
        std::vector<uint32_t> rows;
    };

    /// Lets a name be found without being copied into a `std::string`.
    struct Hash : std::hash<std::string_view> {
        using is_transparent = void;
    };

    using Columns = std::unordered_map<std::string, Column, Hash, std::equal_to<>>;

    /// Tries the column that had the value at this place of an earlier row first: lines repeat their keys, and to
    /// compare a name is cheaper than to look it up.
    Column &column_of_next_value(std::string_view name) {
        size_t place = values_of_row++;
        if (place == expected.size()) expected.push_back(nullptr);
        Columns::value_type *&entry = expected[place];
        if (!entry || entry->first != name) {
            auto found = columns.find(name);
            if (found == columns.end()) found = columns.try_emplace(std::string(name)).first;
            entry = &*found;
        }
        return entry->second;
    }

    Columns columns;
    std::vector<Columns::value_type *> expected;
    size_t values_of_row = 0;
    uint32_t row_count = 0;
};

/// `prefix` is what names within the object begin with, and is the same again on return.
void add_fields(ondemand::object object, std::string &prefix, Batch &batch) {
    for (ondemand::field field : object) {
        const size_t prefix_length = prefix.size();
        std::string_view name = field.unescaped_key();
        if (prefix_length > 0) name = prefix.append(name);
        ondemand::value value = field.value();
        switch (value.type().value()) {
        case ondemand::json_type::object:
            if (prefix_length == 0) prefix = name;
            prefix += '.';
            add_fields(value.get_object(), prefix, batch);
            break;
        case ondemand::json_type::string: batch.add(name, value.get_string().value()); break;
        case ondemand::json_type::null: break;
        default: batch.add(name, to_json_string(value).value());
        }
        prefix.resize(prefix_length);
    }
}

size_t parse_on_demand(const Input &input) {
    ondemand::parser parser;
    parser.threaded = false;
    Batch batch;
    std::string prefix;
    size_t rows = 0;
    for (const padded_string &frame : input.frames) {
        ondemand::document_stream lines = parser.iterate_many(frame, input.longest_frame);
        for (auto line : lines) {
            add_fields(line.get_object(), prefix, batch);
            batch.end_row();
        }
        rows += batch.rows();
        batch.clear();
    }
    return rows;
}

/// A number that no name and no value can be left out of.
size_t touch(dom::element value) {
    size_t sum = 0;
    switch (value.type()) {
    case dom::element_type::OBJECT:
        for (auto [name, member] : dom::object(value)) sum += name.size() + touch(member);
        break;
    case dom::element_type::ARRAY:
        for (dom::element element : dom::array(value)) sum += touch(element);
        break;
    case dom::element_type::STRING: sum = std::string_view(value).size(); break;
    case dom::element_type::INT64: sum = int64_t(value); break;
    case dom::element_type::UINT64: sum = uint64_t(value); break;
    case dom::element_type::DOUBLE: sum = double(value) < 0; break;
    case dom::element_type::BOOL: sum = bool(value); break;
    case dom::element_type::NULL_VALUE: break;
    }
    return sum;
}

size_t parse_dom(const Input &input) {
    dom::parser parser;
    parser.threaded = false;
    size_t rows = 0;
    size_t sum = 0;
    for (const padded_string &frame : input.frames) {
        dom::document_stream lines = parser.parse_many(frame, input.longest_frame);
        for (auto line : lines) {
            sum += touch(line.value());
            rows++;
        }
    }
    // What is written here must be computed.
    volatile size_t touched = sum;
    (void)touched;
    return rows;
}

double cpu_seconds() {
    timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

void measure(const char *name, size_t (*parse)(const Input &), const Input &input, int runs) {
    std::vector<std::pair<double, double>> wall_and_cpu;
    for (int run = 0; run < runs; run++) {
        const double cpu_before = cpu_seconds();
        const auto before = std::chrono::steady_clock::now();
        const size_t rows = parse(input);
        const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - before;
        wall_and_cpu.emplace_back(wall.count(), cpu_seconds() - cpu_before);
        if (rows != input.rows) {
            throw std::runtime_error("parsed " + std::to_string(rows) + " rows of " + std::to_string(input.rows));
        }
    }
    std::sort(wall_and_cpu.begin(), wall_and_cpu.end());
    const auto [wall, cpu] = wall_and_cpu[runs / 2];
    std::printf("%s: %.0f MB/s, %.0f rows/s, %.0f rows per CPU-second (%.3f s wall, %.3f s CPU)\n", name,
                input.bytes / 1e6 / wall, input.rows / wall, input.rows / cpu, wall, cpu);
}

int main(int count, char **arguments) {
    if (count != 4) {
        std::fprintf(stderr, "usage: compare FILE REPEATED RUNS\n");
        return 2;
    }
    try {
        const Input input(arguments[1], std::stoi(arguments[2]));
        const int runs = std::stoi(arguments[3]);
        measure("simdjson DOM", parse_dom, input, runs);
        measure("simdjson On-Demand", parse_on_demand, input, runs);
    } catch (const std::exception &error) {
        std::fprintf(stderr, "compare: %s: %s\n", arguments[1], error.what());
        return 1;
    }
}
