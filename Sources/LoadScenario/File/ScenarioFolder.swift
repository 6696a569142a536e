internal import ConfigurationFile
internal import FoundationEssentials

/// The folder of a scenario's file, which paths in it are relative to.
struct ScenarioFolder {
  private let prefix: String

  /// The folder of the file at a path.
  init(of path: String) {
    prefix = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  }

  /// A path as the program can open it.
  func path(_ path: String) -> String { path.hasPrefix("/") ? path : prefix + path }

  /// An SQL file's statements; a fault in them is told with the file and its line.
  func script(_ name: String, _ field: String) throws(FieldError) -> SQLScript {
    let path = path(name)
    guard let data = FileManager.default.contents(atPath: path) else {
      throw FieldError(field, "\(path) can't be read")
    }
    guard data.count <= ScenarioLimits.scriptBytes else {
      throw FieldError(field, "\(path) is larger than \(ScenarioLimits.scriptBytes) bytes")
    }
    guard let text = String(validating: data, as: UTF8.self), !text.utf8.contains(0) else {
      throw FieldError(field, "\(path) is not UTF-8 text")
    }
    do throws(SQLScriptError) {
      return try SQLScriptParser.parse(text, name: String(path.split(separator: "/").last ?? ""))
    } catch {
      throw FieldError(field, "\(path):\(error.line): \(error.reason)")
    }
  }
}
