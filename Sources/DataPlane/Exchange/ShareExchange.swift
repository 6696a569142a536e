public import Admission
internal import Files
public import Routing
public import ShardMap

/// The router's end of the exchange of shares and events with its sidecar: two files beside the freshness
/// page. For the thread that looks at the page.
///
/// Until a sidecar grants it shares, a router goes by an equal part of its pool as the map names it. What it
/// was granted stays in force until something else is granted: while the control plane or the sidecar is
/// away, nothing changes.
public struct ShareExchange {
  /// What a look has found that an operator may want to read.
  public enum Finding: Sendable {
    /// The router gave itself this share of every tenant, in parts per million.
    case bootstrap(share: UInt32)
    /// The control plane grants shares for the first time.
    case granted(GrantedShares)
    /// The sidecar's file can't be used.
    case unreadable(path: String, ExchangeFileError)
    /// The router's file can't be written; the sidecar doesn't hear what is wanted here.
    case unwritable(MapFileError)
    /// The router's file is written again.
    case writable
    /// Events were dropped, so many in all: nobody takes them.
    case eventsDropped(UInt64)
  }

  /// Time between two reports.
  public static let interval = Duration.seconds(1)

  private let tenants: TenantDirectory
  private let outbox: RouterOutbox
  private let pool: String
  private let name: String
  private var spool: EventSpool
  private var files: (report: ExchangeFile, shares: ExchangeFile)?
  private var bootstrap: UInt32?
  private var shapeOf: ObjectIdentifier?
  private var granted = GrantedShares()
  private var read: FileStamp?
  private var written: [UInt8] = []
  private var nextReport = MonotonicTime.origin
  private var isUnwritable = false
  private var droppedSaid: UInt64 = 0

  /// An exchange for a router.
  ///
  /// - Parameters:
  ///   - tenants: where the shares count.
  ///   - outbox: where events come from.
  ///   - pool: the pool that the router runs for; empty for none.
  ///   - name: the router's name in the pool; empty for none.
  ///   - wallMicroseconds: the time since 1970; numbers of events begin there.
  public init(
    tenants: TenantDirectory, outbox: RouterOutbox, pool: String = "", name: String = "",
    wallMicroseconds: Int64 = LiveClock.wallMicroseconds
  ) {
    self.tenants = tenants
    self.outbox = outbox
    self.pool = pool
    self.name = name
    spool = EventSpool(first: UInt64(clamping: wallMicroseconds))
  }

  /// From now on there is a sidecar, which has this page. What it granted an earlier process of this
  /// router's is not in force here.
  public mutating func connect(page: String, routerID: UInt64) {
    let shares = ExchangeFile(page: page, routerID: routerID, .shares)
    files = (ExchangeFile(page: page, routerID: routerID, .report), shares)
    read = shares.stamp
  }

  /// Takes new shares over, and once a second says what is wanted. One `stat` where there is nothing to
  /// do.
  public mutating func look(
    at map: CompiledMap, now: MonotonicTime = LiveClock.now,
    wallMilliseconds: Int64 = LiveClock.wallMicroseconds / 1000
  ) -> [Finding] {
    var findings = takeBootstrap(map) + takeShares()
    guard now >= nextReport, let files else { return findings }
    nextReport = now.advanced(byNanoseconds: Self.interval.wholeNanoseconds)
    spool.add(outbox.takeAll(), atMilliseconds: wallMilliseconds)
    findings += write(report(now: now), to: files.report)
    if spool.dropped != droppedSaid {
      droppedSaid = spool.dropped
      findings.append(.eventsDropped(spool.dropped))
    }
    return findings
  }

  // MARK: From the sidecar

  private mutating func takeBootstrap(_ map: CompiledMap) -> [Finding] {
    guard granted.grant == 0, shapeOf != ObjectIdentifier(map) else { return [] }
    shapeOf = ObjectIdentifier(map)
    let share = PoolShape(of: pool, in: map).bootstrapShare
    guard share != bootstrap else { return [] }
    bootstrap = share
    tenants.apply(RegionalShares(standard: share, tenants: [:]))
    return [.bootstrap(share: share)]
  }

  private mutating func takeShares() -> [Finding] {
    guard let file = files?.shares, let stamp = file.stamp, stamp != read,
      let bytes = file.read()
    else { return [] }
    read = stamp
    do throws(ExchangeFileError) {
      let shares = try GrantedShares(encoded: bytes)
      spool.take(upTo: shares.eventsTaken)
      guard shares.grant > 0, shares.grant != granted.grant else { return [] }
      let isFirst = granted.grant == 0
      granted = shares
      tenants.apply(RegionalShares(standard: shares.standard, tenants: shares.tenants))
      // The control plane waits to hear that these are in force.
      nextReport = .origin
      return isFirst ? [.granted(shares)] : []
    } catch {
      return [.unreadable(path: file.path, error)]
    }
  }

  // MARK: To the sidecar

  private mutating func write(_ report: RouterReport, to file: ExchangeFile) -> [Finding] {
    let bytes = report.encoded
    guard bytes != written || file.stamp == nil else { return [] }
    do throws(MapFileError) {
      try file.replace(with: bytes)
      written = bytes
      defer { isUnwritable = false }
      return isUnwritable ? [.writable] : []
    } catch {
      defer { isUnwritable = true }
      return isUnwritable ? [] : [.unwritable(error)]
    }
  }

  private func report(now: MonotonicTime) -> RouterReport {
    let demands = tenants.demands(limit: RouterExchangeLimits.tenants, now: now).map {
      RouterReport.Demand(tenant: $0.tenant, wanted: $0.wanted, share: $0.share)
    }
    return RouterReport(
      pool: pool, name: name, grant: granted.grant,
      standard: granted.grant > 0 ? granted.standard : bootstrap ?? ShareLimits.whole,
      demands: demands, events: Array(spool.first), eventsDropped: spool.dropped)
  }

  /// Leaves the router's files to another process of it. Shares that were granted stay in force here.
  public mutating func retire() { files = nil }

  /// Removes the router's files: it is about to end.
  public func close() {
    files?.report.remove()
    files?.shares.remove()
  }
}
