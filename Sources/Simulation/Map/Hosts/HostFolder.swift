import Files
import Glibc

/// A machine's disk: a folder in memory where there is one, gone with the run.
final class HostFolder {
  private let folder: FreshFolder

  var map: String { folder["map.swmap"] }
  var page: String { folder["map.page"] }
  var state: String { folder["state"] }

  init() {
    let parent = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
    do throws(FolderError) {
      folder = try FreshFolder("shardway-simulation", in: parent)
    } catch {
      preconditionFailure("\(error)")
    }
    precondition(mkdir(state, 0o700) == 0, "no folder can be made in \(folder.path)")
  }
}
