import GeneratedMap

extension HotPath {
  /// A tenant looked up by its id, with its record.
  static let map = [
    lookUp("1k", tenants: 1_000, patches: 0),
    lookUp("1m", tenants: 1_000_000, patches: 0),
    lookUp("1m-patched", tenants: 1_000_000, patches: 10),
  ]

  private static func lookUp(_ name: String, tenants: Int, patches: Int) -> HotPath {
    HotPath("map/look-up/\(name)") {
      let fixture = try MapFixture(tenants: tenants, patches: patches)
      let ids = fixture.drawIDs(idCount)
      return { fixture.lookUp(ids, times: $0) }
    }
  }

  private static let idCount = 10_000
}
