import DataPlane
import Glibc
import ShardMap

/// Whether the servers of a map are there: answers in, findings out.
struct ShardCheck {
  /// How long a server may take.
  static let patience: Duration = .seconds(3)
  /// Servers that are named one by one; the others are counted.
  static let namedServers = 20

  /// A server and what it answered.
  struct Server {
    let name: String
    let address: String
    let answer: Reachability.Answer
  }

  let servers: [Server]
  /// Whether connections to servers are to be encrypted.
  let wantsTLS: Bool
  /// Whether connections to servers begin with a PROXY header.
  var isAnnounced = false

  /// Asks all of a map, as a router with these settings would.
  static func asking(_ map: CompiledMap, _ settings: RouterSettings) -> ShardCheck {
    let indices = (0..<map.counts.instances).map { InstanceIndex(UInt32($0)) }
    let addresses = indices.map { map.instance($0).address }
    let announcement = settings.servers.ownAnnouncement
    let answers = Reachability.answers(
      of: addresses, beginningWith: announcement, within: patience)
    return ShardCheck(
      servers: zip(indices, answers).map { index, answer in
        let record = map.instance(index)
        return Server(
          name: map.text(record.id), address: "\(record.address)", answer: answer)
      }, wantsTLS: settings.wantsTLSToServers, isAnnounced: !announcement.isEmpty)
  }

  var findings: [Finding] {
    let wrong = servers.compactMap { fault(of: $0) }
    let good = servers.count - wrong.count
    var all = [Finding]()
    if good > 0 || servers.isEmpty {
      all.append(.good("servers", "\(good) of \(servers.count) answer"))
    }
    all += wrong.prefix(Self.namedServers)
    if wrong.count > Self.namedServers {
      all.append(
        .failure(
          "servers", "\(wrong.count - Self.namedServers) more don't answer as they should",
          "see those above"))
    }
    return all
  }

  private func fault(of server: Server) -> Finding? {
    let subject = "server \(server.name)"
    switch server.answer {
    case .speaks(offersTLS: false) where wantsTLS:
      return .failure(
        subject, "\(server.address) offers no TLS, and servers.tls demands it",
        "ssl = on in its postgresql.conf, with a certificate")
    case .speaks: return nil
    case .strange:
      return .failure(
        subject, "\(server.address) doesn't speak PostgreSQL",
        isAnnounced
          ? "is the map's address right, and does a PROXY header go first there, as servers.proxyProtocol says?"
          : "is the map's address right?")
    case .silent:
      return .failure(
        subject, "\(server.address) says nothing for \(Self.patience.components.seconds) s",
        "is a firewall in between, or the machine gone?")
    case .failed(let code):
      return .failure(
        subject, "\(server.address): \(String(cString: strerror(code)))",
        code == ECONNREFUSED
          ? "does PostgreSQL run there, and listen at that address?" : "is the network right?")
    }
  }
}
