extension Fleet {
  /// The compiled map, which routers read.
  public var mapPath: String { folder["map.swmap"] }
}
