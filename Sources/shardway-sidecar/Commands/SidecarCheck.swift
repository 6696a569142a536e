import ConfigurationFile
import MapExchange
import ShardMap

/// `--check`: everything that can be found out without asking a control plane.
enum SidecarCheck {
  static func run(_ file: SidecarFile) throws {
    do {
      _ = try TokenFile(path: file.tokenFile).token()
      _ = try file.tls.configuration()
    } catch let fault as FieldError {
      throw file.error(fault)
    }
    try StateFolder.check(file.files)
    print("configuration: good")
    for plane in file.controlPlanes { print("  asks \(plane)") }
    for key in file.trustedKeys { print("  trusts the key \(key.keyID)") }
    print("  writes \(file.files.map) and \(file.files.page), and into \(file.files.state)")
    do throws(MapFileError) {
      let map = try CompiledMap.open(path: file.files.map)
      try map.verify()
      print("map: good, version \(map.header.mapVersion), \(map.header.counts.tenants) tenants")
    } catch {
      print("map: not there yet, or not sound: \(error)")
    }
  }
}
