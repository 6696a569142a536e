import Foundation
import LocalFleet

/// Headless Chromium, which looks at a page for a while and tells what it has become.
struct Browser {
  static let path = "/usr/bin/chromium"
  static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: path) }
  /// How long it may take on a machine that does other work.
  private static let patience: Duration = .seconds(120)

  /// A window.
  struct Window {
    var width = 1280
    var height = 2400
    /// Whether it prefers what is dark.
    var isDark = false
  }

  /// What a page was after a while.
  struct Look {
    /// The document as markup.
    let document: String
    /// What its scripts and the browser itself had to complain of.
    let complaints: [String]

    /// The text of the document, each run of spaces as one.
    var text: String {
      document.replacing(/<style[\s\S]*?<\/style>|<[^>]*>/, with: " ")
        .replacing(/&nbsp;/, with: " ").replacing(/\s+/, with: " ")
    }
  }

  /// Where the browser keeps its things.
  let folder: String

  /// Opens a page, lets a few seconds of its own time pass, and keeps a picture.
  ///
  /// - Throws: `Missing` when the browser doesn't end or shows nothing, `FleetError.command`.
  func look(
    at url: String, for seconds: Int = 4, picture: String, window: Window = Window()
  ) async throws -> Look {
    let process = try ChildProcess(
      Launch(
        Self.path,
        [
          "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
          "--no-first-run", "--disable-background-networking", "--hide-scrollbars",
          "--user-data-dir=\(folder)/profile", "--window-size=\(window.width),\(window.height)",
          "--virtual-time-budget=\(seconds * 1000)", "--enable-logging=stderr", "--log-level=0",
          "--screenshot=\(picture)", "--dump-dom",
        ] + (window.isDark ? ["--blink-settings=preferredColorScheme=0"] : []) + [url],
        environment: Launch.plainEnvironment.merging(["HOME": folder]) { $1 }))
    if await process.wait(upTo: Self.patience) == nil {
      process.signalGroup(SIGKILL)
      _ = await process.wait()
      throw Missing(what: "an end of the browser; it said: \(process.errorOutput)")
    }
    guard process.output.contains("<html"), FileManager.default.fileExists(atPath: picture) else {
      throw Missing(what: "a page in the browser; it said: \(process.errorOutput)")
    }
    return Look(
      document: process.output,
      complaints: process.errorOutput.split(separator: "\n").map(String.init)
        .filter { $0.contains("CONSOLE") })
  }
}
