public import ShardMap

/// Where the router runs, in terms of one map.
///
/// Indices belong to a map: make it anew when the map changes.
public struct RouterLocation: Sendable, Hashable {
  /// The router's region; nil where it isn't known.
  public let region: RegionIndex?
  /// The router's zone; nil where it isn't known.
  public let zone: ZoneIndex?

  /// A router of which nobody said where it is: every instance is equally far, until measured.
  public static let unknown = RouterLocation(region: nil, zone: nil)

  /// Makes a location from indices of a map.
  public init(region: RegionIndex?, zone: ZoneIndex?) {
    self.region = region
    self.zone = zone
  }

  /// Looks the names up in a map; a name the map doesn't have counts as not known.
  ///
  /// A zone tells its region, so that the zone alone is enough. A zone of another region than the
  /// one given counts as not known. Linear in the number of regions and zones: not for the hot path.
  public init(region regionName: String?, zone zoneName: String?, in map: CompiledMap) {
    let region = (0..<map.counts.regions).lazy.map { RegionIndex(UInt16($0)) }
      .first { map.text(map.region($0).id) == regionName }
    var zone = (0..<map.counts.zones).lazy.map { ZoneIndex(UInt16($0)) }
      .first { map.text(map.zone($0).id) == zoneName }
    // A zone that contradicts the region is somebody's slip; the region is the safer half of it.
    if let found = zone, regionName != nil, map.zone(found).region != region { zone = nil }
    self.init(region: region ?? zone.map { map.zone($0).region }, zone: zone)
  }

  /// How far an instance of `zone` is.
  func distance(to zone: ZoneIndex, in map: CompiledMap) -> Distance {
    if zone == self.zone { return .sameZone }
    if map.zone(zone).region == region { return .sameRegion }
    return .otherRegion
  }
}

/// How far an instance is from the router, nearest first.
public enum Distance: UInt8, Sendable, Hashable, Comparable {
  /// In the router's zone.
  case sameZone
  /// In the router's region.
  case sameRegion
  /// In another region, or the router doesn't know where it is.
  case otherRegion

  /// The next farther one; nil for the farthest.
  var next: Distance? { Distance(rawValue: rawValue + 1) }

  /// Nearer is less.
  public static func < (left: Distance, right: Distance) -> Bool {
    left.rawValue < right.rawValue
  }

  /// The stable text: `same-zone`, `same-region`, `other-region`.
  public var name: String {
    switch self {
    case .sameZone: "same-zone"
    case .sameRegion: "same-region"
    case .otherRegion: "other-region"
    }
  }
}
