internal import Files
internal import Foundation
internal import Synchronization

/// The fleet's folder, and the guardian that stops what runs from it and deletes it.
///
/// ```
/// shardway-fleet-…/
///   processes/NAME    a line for each running process: its id, and the signal that stops it
///   tls/              the servers' certificate and key
///   s1-a/ s1-b/ …     data folders of the servers, also of their Unix sockets
///   log/NAME.log      what each server and the router say
///   map.json map.swmap router.yaml
/// ```
///
/// The guardian is a shell process that waits for the end of a pipe held by this process. However
/// this process ends, by `stop`, by a failure, by a signal it has no chance to see, the guardian
/// then stops every process of the fleet and deletes the folder: one way of cleaning up, always
/// the same.
final class FleetFolder: Sendable {
  let path: String
  private let account: ServerAccount
  private let guardian: ChildProcess

  /// Makes a fresh folder in `parent` and starts its guardian.
  init(in parent: String?, account: ServerAccount) throws(FleetError) {
    let environment = ProcessInfo.processInfo.environment
    let parent = parent ?? environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    path = try Self.makeFresh(in: parent)
    self.account = account
    var launch = Launch("/bin/sh", ["-c", Self.guardianScript, path])
    launch.input = .pipe
    launch.output = .null
    launch.error = .null
    guardian = try ChildProcess(launch)
    for folder in ["processes", "log", "tls"] { try makeFolder(folder) }
    try account.own(path)
    try account.own(self["tls"])
  }

  /// The path of something in the folder.
  subscript(_ name: String) -> String { "\(path)/\(name)" }

  /// The log file of a process.
  func log(of name: String) -> String { self["log/\(name).log"] }

  /// Starts a process that the guardian will stop with `stopSignal`.
  ///
  /// The process writes its own id before it becomes the program, so that there is no moment in
  /// which it runs and the guardian does not know it.
  /// - Parameters:
  ///   - launch: what to start; its working directory is the fleet's folder.
  ///   - name: the name of its file in `processes/`.
  ///   - stopSignal: SIGKILL is sent to all the process has started, others to it alone.
  ///   - asServer: run it as the account of the servers.
  /// - Returns: the process.
  /// - Throws: `FleetError.command`.
  func start(
    _ launch: Launch, name: String, stopSignal: Int32 = SIGKILL, asServer: Bool = false
  ) throws(FleetError) -> ChildProcess {
    let command = (asServer ? account.prefix : []) + [launch.executable] + launch.arguments
    var launch = launch
    launch.executable = "/bin/sh"
    let script = "cd \"$0\" && echo $$ \(stopSignal) >processes/\(name) && exec \"$@\""
    launch.arguments = ["-c", script, path] + command
    return try ChildProcess(launch)
  }

  /// Runs a command of the fleet's own making to its end; it must succeed.
  func run(_ launch: Launch, name: String, asServer: Bool = false) async throws(FleetError) {
    let process = try start(launch, name: name, asServer: asServer)
    let status = await withTaskCancellationHandler {
      await process.wait()
    } onCancel: {
      process.signalGroup(SIGKILL)
    }
    if Task.isCancelled { throw .cancelled }
    guard status.isSuccess else {
      throw .command(
        launch.commandLine, outcome: "\(status)",
        output: Command.lastLines(of: process.errorOutput))
    }
  }

  /// Writes a file in one step: whoever reads it sees the old or the new content.
  func write(_ text: String, to name: String) throws(FleetError) {
    do {
      try Data(text.utf8).write(to: URL(fileURLWithPath: self[name]), options: .atomic)
    } catch {
      throw .folder(path: self[name], reason: "\(error)")
    }
  }

  /// Deletes a folder in it, with all that is inside.
  func delete(_ path: String) throws(FleetError) {
    do { try FileManager.default.removeItem(atPath: path) } catch {
      throw .folder(path: path, reason: "can't be deleted: \(error)")
    }
  }

  func makeFolder(_ name: String) throws(FleetError) {
    do {
      try FileManager.default.createDirectory(
        atPath: self[name], withIntermediateDirectories: true)
    } catch {
      throw .folder(path: self[name], reason: "\(error)")
    }
  }

  /// Stops all processes, deletes the folder, and returns when that is done; harmless when repeated.
  func remove() async {
    guardian.closeInput()
    _ = await guardian.wait()
  }

  /// The same for a process that is about to exit and can't await.
  func removeBlocking() {
    guardian.closeInput()
    while guardian.isRunning { usleep(1_000) }
  }

  private static func makeFresh(in parent: String) throws(FleetError) -> String {
    do throws(FolderError) {
      return try Folder.makeFresh("shardway-fleet", in: parent)
    } catch {
      throw .folder(path: error.parent, reason: error.reason)
    }
  }

  /// Signals each process that still works inside the folder, and no other: an id in a file may
  /// belong to a stranger by now. Kills what has not stopped after five seconds.
  private static let guardianScript = #"""
    trap '' HUP INT QUIT TERM
    folder=$0
    cat >/dev/null
    runs() {
      case "$(readlink "/proc/$1/cwd")" in
      "$folder" | "$folder"/*) return 0 ;;
      esac
      return 1
    }
    each() {
      found=1
      for file in "$folder"/processes/*; do
        [ -s "$file" ] && read -r pid signal <"$file" || continue
        if runs "$pid"; then
          found=0
          [ "$1" = look ] && continue
          signal=${1:-$signal}
          [ "$signal" = 9 ] && pid=-$pid
          kill "-$signal" "$pid"
          # One that stands still takes no signal but this one.
          kill -CONT "$pid"
        fi
      done
      return $found
    }
    each ''
    turns=0
    while each look; do
      turns=$((turns + 1))
      [ $turns -eq 250 ] && each 9
      [ $turns -eq 500 ] && break
      sleep 0.02
    done
    cd / && rm -rf "$folder"
    """#
}
