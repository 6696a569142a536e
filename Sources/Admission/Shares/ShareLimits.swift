/// Every limit of sharing tenants' regional limits between the routers of a pool.
public enum ShareLimits {
  /// A whole regional limit, in parts per million.
  public static let whole: UInt32 = 1_000_000

  /// Most tenants of a pool whose shares differ from router to router; all others have the same part
  /// of their limit on each. It bounds what a router is told, too.
  public static let tenants = 256

  /// A router's floor is this part of an equal part: so much stays with a router that a tenant doesn't
  /// use, for the tenant's next session there.
  public static let floorsOfEqual: UInt32 = 16

  /// From this part of its share on, in percent, what a tenant uses says nothing of what it wants: it
  /// may be held back by the share itself.
  public static let hungryPercent: UInt64 = 90

  /// What a tenant gets beyond what it wants, while there is enough, in percent.
  public static let headroomPercent: UInt64 = 25

  /// A share doesn't grow by less than this part of it, so that routers aren't told of noise.
  public static let noiseOfShare: UInt32 = 32

  /// Reports in a row that don't speak of a tenant, until its share there falls to the floor. Each
  /// before it takes a part of the share: a report leaves out a tenant that uses less than half.
  public static let silentReports: UInt8 = 3
}
