/// A folder of its own for whoever makes it, removed with all that is in it when the object goes.
public final class FreshFolder: Sendable {
  /// Where it is.
  public let path: String

  /// Makes it; see ``Folder/makeFresh(_:in:)``.
  public init(_ name: String, in parent: String = "/tmp") throws(FolderError) {
    path = try Folder.makeFresh(name, in: parent)
  }

  deinit { Folder.remove(path) }

  /// The path of something in it.
  public subscript(_ name: String) -> String { "\(path)/\(name)" }

  /// The names in it, sorted.
  public var names: [String] { Folder.names(in: path).sorted() }
}
