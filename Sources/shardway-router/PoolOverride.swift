import ConfigurationFile
import DataPlane
import ShardMap

/// What the command line says of the router's pool; nil where it says nothing.
struct PoolOverride: Equatable, Sendable {
  var pool: String?
  var router: String?
}

extension RouterFile {
  /// Looks whether the router could serve anybody by a map.
  ///
  /// - Throws: what is wrong, with the line of the file, or the argument, that says so.
  func checkHome(against map: CompiledMap) throws(ConfigurationError) {
    do throws(HomeFault) {
      try settings.home?.check(against: map)
    } catch {
      throw self.error(error)
    }
  }

  private func error(_ fault: HomeFault) -> ConfigurationError {
    let field = fault.isAboutRouter ? "pool.router" : "pool.id"
    if (fault.isAboutRouter ? override.router : override.pool) != nil {
      let option = fault.isAboutRouter ? "--router-name" : "--pool"
      return ConfigurationError(path: option, line: nil, text: "\(fault)")
    }
    return ConfigurationReader.error(path, text, field, "\(fault)")
  }
}
