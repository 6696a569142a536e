import ArgumentParser
import Foundation
import MapDocument
import ShardMap

/// One side of a comparison: a document, or a compiled map.
struct ComparedMap {
  let path: String
  let document: MapDocument
  /// Nil for a document, and for a map that was compiled by hand.
  let root: MapRoot?

  /// Ends the command with a message when the file is neither, or is damaged.
  static func read(_ path: String) throws -> ComparedMap {
    guard isCompiled(path) else {
      return ComparedMap(path: path, document: try DocumentFile.read(path), root: nil)
    }
    let map = try CommandOutput.orFail { () throws(MapFileError) in
      let map = try CompiledMap.open(path: path)
      try map.verify()
      return map
    }
    return ComparedMap(
      path: path, document: MapDocument(map),
      root: map.header.root == .none ? nil : map.header.root)
  }

  /// A document begins with a brace, or blanks and a brace; a file that can't be read is taken for
  /// one, and reading it says why.
  private static func isCompiled(_ path: String) -> Bool {
    guard let file = FileHandle(forReadingAtPath: path),
      let start = try? file.read(upToCount: CompiledMap.magic.count)
    else { return false }
    return start.elementsEqual(CompiledMap.magic)
  }
}
