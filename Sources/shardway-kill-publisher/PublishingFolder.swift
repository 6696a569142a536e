import Files
import Glibc

/// What went wrong with the test itself.
struct CampaignError: Error, CustomStringConvertible {
  let description: String

  init(_ operation: String, _ path: String) {
    description = "cannot \(operation) \(path): \(String(cString: strerror(errno)))"
  }

  init(_ description: String) {
    self.description = description
  }
}

/// The folder with the map that is published and the page on which the publisher says what it does.
struct PublishingFolder {
  let path: String

  var map: String { path + "/map.swmap" }
  var steps: String { path + "/steps" }

  /// Names of the files in it.
  var names: [String] { Folder.names(in: path) }
}
