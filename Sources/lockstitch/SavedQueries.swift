import Foundation
import LogsQL

/// The saved queries there are: those of a folder, and those of the binary.
struct SavedQueries {
    private let queries: [SavedQuery]

    /// - Parameter folder: whose queries go before those of the binary.
    init(folder: String?) throws {
        let own = try folder.map(Self.read) ?? []
        let others = try SavedQuery.builtIn().filter { builtIn in !own.contains { $0.name == builtIn.name } }
        queries = (own + others).sorted { $0.name < $1.name }
    }

    private static func read(_ folder: String) throws -> [SavedQuery] {
        let files: [String]
        do {
            files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".logsql") }
        } catch {
            throw CommandFailure("cannot list the queries in '\(folder)'", code: 2)
        }
        return try files.sorted().map { file in
            guard let text = try? String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8) else {
                throw CommandFailure("cannot read '\(folder)/\(file)'", code: 2)
            }
            do throws(SavedQueryError) {
                return try SavedQuery(name: String(file.dropLast(7)), text: text)
            } catch {
                throw CommandFailure("in '\(folder)': \(error)", code: 2)
            }
        }
    }

    /// For reading.
    var list: String {
        queries.map { query in
            let width = query.parameters.map { $0.name.count }.max() ?? 0
            let parameters = query.parameters.map { parameter in
                let name = parameter.name.padding(toLength: width, withPad: " ", startingAt: 0)
                let standard = parameter.standard.map { ", default \($0)" } ?? ""
                return "    \(name)  \(parameter.description) (\(parameter.kind.rawValue)\(standard))\n"
            }
            return "@\(query.name)  \(query.description)\n" + parameters.joined()
        }.joined()
    }

    /// - Parameter parameters: as `NAME=VALUE`.
    func text(of name: String, _ parameters: [String]) throws -> String {
        guard let query = queries.first(where: { $0.name == name }) else {
            throw CommandFailure("there is no saved query @\(name); 'lockstitch query @' lists those there are", code: 2)
        }
        var values: [String: String] = [:]
        for parameter in parameters {
            let parts = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2 else { throw CommandFailure("'\(parameter)' is no NAME=VALUE", code: 2) }
            guard values.updateValue(parts[1], forKey: parts[0]) == nil else {
                throw CommandFailure("the parameter '\(parts[0])' is there twice", code: 2)
            }
        }
        do throws(SavedQueryError) {
            return try query.filled(values)
        } catch {
            throw CommandFailure(error.description, code: 2)
        }
    }
}
