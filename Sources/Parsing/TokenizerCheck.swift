import Kernels

/// What the tokenizers say of a line, for the checks that they and the direct parsers accept the same.
package enum TokenizerCheck {
    /// Why `line` is no JSON object, nil where it is one. Spaces and tabs may stand before it.
    package static func refusal(json line: [UInt8]) -> String? {
        refusal(line) { text throws(LineError) in
            var tokenizer = JSONTokenizer(PaddedLine(text))
            _ = try tokenizer.tokenize()
        }
    }

    /// Why `line` is no logfmt, nil where it is.
    package static func refusal(logfmt line: [UInt8]) -> String? {
        refusal(line) { text throws(LineError) in
            var tokenizer = LogfmtTokenizer(PaddedLine(text))
            _ = try tokenizer.tokenize()
        }
    }

    /// Whether a `parse_error` says that pieces of the line are missing.
    package static func isOfPieces(_ parseError: String) -> Bool {
        let gaps: [OpenLine.Gap] = [.noEnd, .tooManyOpen]
        return gaps.contains { $0.reason == parseError } || parseError.hasPrefix("the pieces of the line")
    }

    /// The bytes of a line that is kept as text.
    package static func kept(_ line: [UInt8]) -> [UInt8] {
        let text = line.span
        return text.extracting(..<text.keptCount(atMost: line.count)).escapingInvalidUTF8()
    }

    private static func refusal(_ line: [UInt8], _ tokenize: (Span<UInt8>) throws(LineError) -> Void) -> String? {
        let text = line.span
        do throws(LineError) {
            try tokenize(text.extracting(text.leadingSpaceCount...))
            return nil
        } catch {
            return error.reason
        }
    }
}
