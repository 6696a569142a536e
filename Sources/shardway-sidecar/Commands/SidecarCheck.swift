import MapExchange
import ShardMap

/// `--check`: everything that can be found out without asking a control plane.
enum SidecarCheck {
  static func run(_ file: SidecarFile) throws {
    _ = try TokenFile(path: file.tokenFile).token()
    _ = try file.tls.configuration()
    print("configuration: good")
    for plane in file.controlPlanes { print("  asks \(plane)") }
    for key in file.trustedKeys { print("  trusts the key \(key.keyID)") }
    do throws(MapFileError) {
      let map = try CompiledMap.open(path: file.files.map)
      try map.verify()
      print("map: good, version \(map.header.mapVersion), \(map.header.counts.tenants) tenants")
    } catch {
      print("map: not there yet, or not sound: \(error)")
    }
  }
}
