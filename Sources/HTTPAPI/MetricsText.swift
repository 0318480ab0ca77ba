import Collector
import Parsing
import Receivers
import Sampling
import Storage
import Synchronization

/// The collector's counters in the Prometheus text exposition format 0.0.4.
enum MetricsText {
    static func render(_ collector: Collector, queries: QueryCounts, http: HTTPMetrics) -> String {
        var text = ""
        func add(_ name: String, _ type: String, _ help: String, _ samples: [(labels: String, value: Int)]) {
            text += "# HELP lockstitch_\(name) \(help)\n# TYPE lockstitch_\(name) \(type)\n"
            for sample in samples { text += "lockstitch_\(name)\(sample.labels) \(sample.value)\n" }
        }
        func counter(_ name: String, _ help: String, _ value: Int) { add(name, "counter", help, [("", value)]) }
        func gauge(_ name: String, _ help: String, _ value: Int) { add(name, "gauge", help, [("", value)]) }

        let pipeline = collector.metrics.current
        counter("rows_stored_total", "Rows written to the log and the memtable.", pipeline.storedRows)
        add(
            "rows_rate_limited_total", "counter", "Rows refused by the rate limit of their service.",
            pipeline.rateLimitedRows.sorted { $0.key < $1.key }.map { ("{service=\"\(escape($0.key))\"}", $0.value) })
        counter("batches_refused_total", "Batches that could not be stored.", pipeline.refusedBatches)
        counter("seal_failures_total", "Attempts to write a chunk that failed.", pipeline.sealFailures)
        counter("parse_malformed_lines_total", "Records with a parse_error.", pipeline.parse.malformedLines)
        counter("parse_cut_lines_total", "Lines of which only some pieces were joined.", pipeline.parse.cutLines)
        counter("parse_learned_shapes_total", "Lines whose shape was new.", pipeline.parse.learnedShapes)
        counter("parse_shape_resets_total", "Times that all shapes were dropped.", pipeline.parse.shapeResets)
        counter("parse_unreadable_times_total", "Rows whose time could not be read.", pipeline.parse.unreadableTimes)
        counter("parse_replaced_values_total", "Values that a later one of the same key replaced.", pipeline.parse.replacedValues)

        for sample in collector.receiverMetrics.samples {
            add(sample.name, sample.isCounter ? "counter" : "gauge", sample.help, [("", sample.value)])
        }

        let replay = collector.store.replayProgress
        gauge("replay_pending_segments", "Log segments whose rows queries miss, as they are not replayed yet.", replay.pendingSegments)
        gauge("replay_pending_bytes", "Bytes of these segments.", replay.pendingBytes)
        gauge("replay_rows", "Rows replayed from the log at the last start.", replay.rows)
        let log = collector.store.recovery
        gauge("wal_torn_bytes", "Bytes at the end of the log that were no whole record at the last start.", log.tornBytes)
        gauge("wal_damaged_bytes", "Bytes elsewhere in the log that were no record at the last start.", log.damagedBytes)
        let quarantined = collector.store.quarantinedChunks
        gauge("quarantined_chunks", "Chunks that were found damaged, and that queries do without.", quarantined.count)
        gauge("quarantined_rows", "Rows of these chunks.", quarantined.reduce(0) { $0 + $1.rows })
        gauge(
            "damaged_word_filters", "Row groups whose word filter was found damaged; queries do without it, and miss no row.",
            collector.store.damagedFilterCount)
        let counts = collector.store.counts
        gauge("memtable_rows", "Rows in memory, in no chunk yet.", counts.memtableRows)
        gauge("memtable_bytes", "Bytes of these rows.", counts.memtableBytes)
        gauge("chunks", "Chunks on disk.", counts.chunks)
        gauge("chunk_rows", "Rows in chunks.", counts.chunkRows)
        gauge("chunk_bytes", "Bytes of the chunks.", counts.chunkBytes)

        let maintenance = collector.store.maintenanceMetrics.current
        counter("compactions_total", "Merges of chunks.", maintenance.compactions)
        counter("compaction_chunks_total", "Chunks that were merged.", maintenance.compactedChunks)
        counter("compaction_read_bytes_total", "Bytes of chunks that were merged.", maintenance.compactedBytes)
        counter("compaction_written_bytes_total", "Bytes of chunks that merging made.", maintenance.writtenBytes)
        counter("maintenance_failures_total", "Merges and removals that failed.", maintenance.failures)
        add(
            "retention_rows_total", "counter", "Rows removed by retention.",
            ["age", "bytes", "service"].map { ("{reason=\"\($0)\"}", maintenance.retentionRows[$0] ?? 0) })
        counter("retention_bytes_total", "Bytes of chunks freed by retention.", maintenance.retentionBytes)
        gauge(
            "retention_clock_doubted", "1 while the clock is not believed and old rows stay.",
            maintenance.isClockDoubted ? 1 : 0)
        let hot = collector.store.hotCounts
        gauge("hot_chunks", "Chunks that sampling has not gone through.", hot.chunks)
        gauge("hot_rows", "Rows of these chunks.", hot.rows)
        gauge("hot_bytes", "Bytes of these chunks.", hot.bytes)
        gauge("hot_survey_bytes", "Memory that sampling takes for these chunks.", hot.surveyBytes)
        counter("sampling_settled_rows_total", "Rows that sampling has gone through.", maintenance.settledRows)
        counter("sampling_kept_rows_total", "Of these rows, those that stayed.", maintenance.keptRows)
        add(
            "sampling_early_rows_total", "counter", "Rows that sampling went through before their time, by what was short.",
            Settlement.Early.allCases.map { ("{short=\"\($0.rawValue)\"}", maintenance.earlyRows[$0] ?? 0) })
        let sampling = collector.samplingMetrics.rules.sorted { $0.key < $1.key }
        func byRule(_ kept: KeyPath<SamplingMetrics.Counts, Int>, _ dropped: KeyPath<SamplingMetrics.Counts, Int>) -> [(String, Int)] {
            sampling.flatMap { rule, counts in
                [("kept", counts[keyPath: kept]), ("dropped", counts[keyPath: dropped])].map { verdict, count in
                    ("{rule=\"\(escape(rule))\",verdict=\"\(verdict)\"}", count)
                }
            }
        }
        add("sampling_requests_total", "counter", "Requests that sampling decided on, by the rule that did.", byRule(\.keptRequests, \.droppedRequests))
        add("sampling_rows_total", "counter", "Rows of these requests.", byRule(\.keptRows, \.droppedRows))
        add(
            "sampling_dropped_rows_total", "counter", "Rows that sampling took away, by service and rule.",
            collector.samplingMetrics.droppedRows.sorted { $0.key < $1.key }.flatMap { service, rules in
                rules.sorted { $0.key < $1.key }.map { rule, rows in
                    ("{service=\"\(escape(service))\",rule=\"\(escape(rule))\"}", rows)
                }
            })
        counter("queries_total", "Queries, traces and deletions that were taken.", queries.taken)
        counter("queries_refused_total", "Those refused as too many were under way.", queries.refused)
        gauge("queries_running", "Those that have a thread.", queries.running)
        gauge("queries_waiting", "Those that wait for one.", queries.waiting)
        let caches = collector.store.caches
        for (name, what, counts) in [
            ("query_cache", "decoded columns of chunks", caches.columns.counts),
            ("result_cache", "results of row groups", caches.results.counts),
        ] {
            counter("\(name)_hits_total", "Times that \(what) were in memory.", counts.hits)
            counter("\(name)_misses_total", "Times that \(what) were not.", counts.misses)
            counter("\(name)_evictions_total", "Times that \(what) had to make room.", counts.evictions)
            gauge("\(name)_entries", "How many \(what) are in memory.", counts.entries)
            gauge("\(name)_bytes", "Memory that \(what) take.", counts.bytes)
        }
        counter("deleted_rows_total", "Rows removed by deletions.", maintenance.deletedRows)
        gauge("tails", "Live tails under way.", http.tails.load(ordering: .relaxed))
        counter("tail_rows_total", "Rows given to live tails.", http.tailRows.load(ordering: .relaxed))
        counter(
            "tail_cuts_total", "Times that a live tail had more rows at once than it takes.", http.tailCuts.load(ordering: .relaxed))
        return text
    }

    private static func escape(_ label: String) -> String {
        label.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
