import Catalog
import Records

/// Makes one chunk of the rows of others, with little more than one row group in memory.
struct ChunkRewriter {
    let writer: ChunkWriter
    let zstdLevel: Int

    /// What became of the chunks.
    struct Outcome {
        /// Nil when no row was left.
        let sealed: SealedChunk?
        let excludedRows: Int
    }

    /// - Parameters:
    ///   - inputs: in the order in which rows of the same time shall stand.
    ///   - level: that of the new chunk.
    ///   - choice: what becomes of the rows.
    ///   - isHot: whether the new chunk is hot if one of the inputs is.
    /// - Throws: when a chunk cannot be read or written, and what the checkpoint of the writer throws. Then no file is left.
    func rewrite(
        _ inputs: [Chunk], ulid: String, level: Int, choice: ChunkMerge.Choice = .all, isHot: Bool = true
    ) throws -> Outcome {
        let days = Set(inputs.map(\.record.day))
        let head = ChunkHead(
            ulid: ulid, firstTime: inputs.map(\.record.minTime).min() ?? 0,
            day: days.count == 1 ? days.first ?? nil : nil, level: level, origin: .chunks(inputs.map(\.record.path)),
            hotSince: isHot ? inputs.compactMap(\.record.hotSince).min() : nil)
        var asText: Set<String> = []
        while true {
            do {
                return try rewrite(inputs.map(\.file), head, asText: asText, choice)
            } catch let mismatch as ChunkPlanMismatch where asText.insert(mismatch.column).inserted {
                // Once more with that column as text, which any value fits.
                continue
            }
        }
    }

    private func rewrite(
        _ files: [ChunkFile], _ head: ChunkHead, asText: Set<String>, _ choice: ChunkMerge.Choice
    ) throws -> Outcome {
        let options = writer.options
        let plan = ChunkPlan(
            merging: try files.map { try $0.layout() }, stitching: options.stitching, asText: asText,
            isWeighted: choice.hasWeights)
        var merge = try ChunkMerge(
            files, rowsMax: options.rowGroupRows, bytesMax: options.compactionRowGroupBytes, choice: choice,
            checkpoint: writer.checkpoint)
        // Whether any row is left must be known before there is a file.
        guard var rows = try merge.next() else { return Outcome(sealed: nil, excludedRows: merge.excludedRows) }
        let sealed = try writer.write(head, plan, zstdLevel: zstdLevel) { groups in
            while true {
                try groups.append(try ChunkColumns(rows, plan, options), of: rows)
                guard let next = try merge.next() else { return }
                rows = next
            }
        }
        return Outcome(sealed: sealed, excludedRows: merge.excludedRows)
    }
}
