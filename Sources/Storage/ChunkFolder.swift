import Parquet
import SystemIO

/// The chunk files of a data folder.
struct ChunkFolder {
    let folder: String
    let fileSystem: any FileSystem

    /// Chunks, and what is half written of them; relative to the folder, sorted.
    func files() throws -> (chunks: [String], unfinished: [String]) {
        var files: (chunks: [String], unfinished: [String]) = ([], [])
        for day in try fileSystem.list("\(folder)/\(FileNames.data)") {
            for name in try fileSystem.list("\(folder)/\(FileNames.data)/\(day)") {
                let path = "\(FileNames.data)/\(day)/\(name)"
                if name.hasSuffix(FileNames.chunkSuffix) { files.chunks.append(path) }
                if name.hasSuffix(FileNames.unfinishedSuffix) { files.unfinished.append(path) }
            }
        }
        return files
    }

    /// Nil for a file that cannot be read or does not say.
    func origin(of path: String) -> ChunkOrigin? {
        let file = ChunkFile(path: "\(folder)/\(path)", fileSystem: fileSystem, open: OpenChunks(countMax: 1))
        guard let layout = try? file.layout() else { return nil }
        return ChunkOrigin(keyValues: layout.reader.keyValues)
    }
}
