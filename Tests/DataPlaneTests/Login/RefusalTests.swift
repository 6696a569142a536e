import Admission
import Routing
import ShardMap
import Telemetry
import Testing
import Wire

@testable import DataPlane

/// Names as an attacker would choose them: terminators, colours for a terminal, quotes, a new line, and length.
private let hostile =
  Array("a\u{1B}[31m\0b\"c\r\nd\u{7F}é".utf8) + [UInt8](repeating: 0x78, count: 500)

/// Every refusal, and the SQLSTATE that clients act on.
private let refusals: [(Refusal, String)] = [
  (.malformedStartup(.lengthOutOfRange(-1)), "08P01"),
  (.repeatedNegotiation, "08P01"),
  (.noTenant, "08004"),
  (.unknownTenant(hostile), "3D000"),
  (.identitiesDisagree(.option, hostile, .user, hostile), "28000"),
  (.tenantSuspended(hostile), "08004"),
  (.shardPaused(tenant: hostile), "57P03"),
  (.tenantPaused(tenant: hostile), "57P03"),
  (.modeRefused(tenant: hostile, ModeInForce(.eventualOnly, .mapTenant)), "57P03"),
  (.modeChanged, "57P01"),
  (.noPrimary(for: .seconds(10)), "25006"),
  (.pausedByOperator(tenant: hostile), "57P03"),
  (.killed, "57P01"),
  (.tooManyAttempts(tenant: hostile, retryMilliseconds: .max), "53400"),
  (.tooManyOfTenant(tenant: hostile, limit: 3), "53300"),
  (.overRate(tenant: hostile, retryMilliseconds: .max), "53400"),
  (.tooManyInFlight(tenant: hostile, after: .milliseconds(10)), "53300"),
  (.failedTransaction, "25P02"),
  (.noHealthyInstance(tenant: hostile, tried: 3), "57P03"),
  (.noReplicaFreshEnough(tenant: hostile), "57P03"),
  (.primaryBudgetSpent(tenant: hostile), "57P03"),
  (.unknownTier(hostile), "22023"),
  (.serverWithoutTLS(tenant: hostile), "57P03"),
  (.tooManyConnections(limit: 10), "53300"),
  (.shed(.background, cause: .memory, isLogin: true), "53300"),
  (.shed(.refuse, cause: .queueWait, isLogin: false), "53400"),
  (.droppedFromQueue(target: .milliseconds(500)), "53300"),
  (.loginTimedOut(after: .seconds(15)), "08006"),
  (.idleTooLong(.seconds(60)), "57P05"),
  (.stopping, "57P01"),
  (.malformedHello(.tooManyRecords), "08P01"),
  (.unencrypted, "08004"),
  (.noServerName, "08004"),
  (.foreignServerName(hostile, suffix: ".db.localhost"), "3D000"),
  (.foreignTenant(hostile, pool: hostile, own: Array("shared".utf8)), "08004"),
  (.foreignTenant(hostile, pool: hostile, own: hostile), "08004"),
  (.encryptedElsewhere(tenant: hostile, pool: hostile), "08004"),
  (.poolWithoutAddress(tenant: hostile, pool: hostile), "57P03"),
  (.relayedAstray(tenant: hostile, pool: hostile, own: Array("shared".utf8)), "57P03"),
  (.relayedAstray(tenant: hostile, pool: hostile, own: hostile), "57P03"),
  (.poolUnreachable(tenant: hostile, pool: hostile, tried: 2), "57P03"),
  (.poolWithoutTLS(tenant: hostile, pool: hostile), "57P03"),
  (.poolNotTrusted(tenant: hostile, pool: hostile, reason: "certificate expired"), "57P03"),
  (.ownPoolGone(hostile), "57P03"),
]

@Suite("Refusals")
struct RefusalTests {
  @Test("fits the buffer that it is sent from, however long a server's words are")
  func longest() {
    let text = String(repeating: "ü", count: 20_000)
    let response = ErrorResponse(
      severity: .fatal, sqlState: .cannotConnectNow, message: text, detail: text, hint: text)
    #expect(response.encoded().count <= RelayLimits.loginBytes)
  }

  @Test("reach a client as a FATAL error with its SQLSTATE and text", arguments: refusals)
  func encoding(refusal: Refusal, sqlState: String) throws {
    let bytes = refusal.response.encoded()
    #expect(bytes[0] == UInt8(ascii: "E"))
    #expect(Array(bytes[1..<5]) == Packets.integer(bytes.count - 1, bytes: 4))
    let decoded = try ErrorResponse.decode(bytes.span.bytes.extracting(5..<bytes.count))
    #expect(decoded == refusal.response)
    #expect(decoded.severity == .fatal && decoded.sqlState.description == sqlState)
    #expect(!decoded.message.isEmpty && decoded.message.last != ".")
  }

  @Test("show nothing of a client's that a terminal would act on, and no more of it than fits")
  func hostileNames() {
    for (refusal, _) in refusals {
      let response = refusal.response
      for text in [response.message, response.detail, response.hint].compactMap({ $0 }) {
        #expect(text.unicodeScalars.allSatisfy { 0x20..<0x7F ~= $0.value }, "\(refusal)")
        #expect(text.utf8.count < 300, "\(refusal)")
      }
    }
  }

  @Test("fit into the login buffer they are sent from")
  func fitting() {
    for (refusal, _) in refusals {
      #expect(refusal.response.encoded().count <= RelayLimits.loginBytes)
    }
  }

  @Test("name what was wrong")
  func naming() {
    #expect(Refusal.unknownTenant(Array("acme".utf8)).response.message.contains("\"acme\""))
    let disagreement = Refusal.identitiesDisagree(
      .option, Array("acme".utf8), .database, Array("beta".utf8)
    ).response
    #expect(disagreement.message.contains("acme") && disagreement.message.contains("beta"))
    #expect(disagreement.detail!.contains("option") && disagreement.detail!.contains("database"))
    #expect(Refusal.tooManyConnections(limit: 77).response.detail!.contains("77"))
    let shed = Refusal.shed(.batch, cause: .memory, isLogin: false).response
    #expect(shed.message.contains("memory") && shed.detail!.contains("batch"))
    #expect(shed.hint!.contains("Try again in 1 s"))
    let tiers = Refusal.unknownTier(Array("fast".utf8)).response.hint!
    #expect(tiers.contains("strong") && tiers.contains("eventual"))
  }

  @Test("for which a tenant's own envelope is the reason are told apart from the others")
  func outcomes() {
    #expect(refusals.count { $0.0.requestOutcome == .limited } == 4)
    let overRate = Refusal.overRate(tenant: [], retryMilliseconds: 1)
    let inFlight = Refusal.tooManyInFlight(tenant: [], after: .zero)
    #expect(overRate.requestOutcome == .limited && inFlight.requestOutcome == .limited)
    // The same SQLSTATEs, and the router's own fault.
    let late = Refusal.noServerInTime(after: .zero)
    let shed = Refusal.shed(.refuse, cause: .memory, isLogin: false)
    #expect(late.sqlState == inFlight.sqlState && late.requestOutcome == .refused)
    #expect(shed.sqlState == overRate.sqlState && shed.requestOutcome == .refused)
  }

  @Test("say when to try again, where that is known")
  func retryHints() {
    for refusal in [
      Refusal.overRate(tenant: [0x61], retryMilliseconds: 120),
      .tooManyAttempts(tenant: [0x61], retryMilliseconds: 120),
    ] {
      #expect(refusal.response(.error).severity == .error)
      #expect(refusal.response(.error).hint!.hasPrefix("Try again in 120 ms."))
    }
  }

  @Test("are fatal TLS alerts to a client that speaks TLS", arguments: refusals)
  func alerts(refusal: Refusal, sqlState: String) {
    let expected: UInt8 =
      switch sqlState {
      case "3D000": 112
      default:
        switch refusal {
        case .noServerName: 112
        case .malformedHello: 50
        case .tenantSuspended, .foreignTenant, .encryptedElsewhere: 49
        default: 80
        }
      }
    #expect(refusal.alert == [21, 3, 3, 0, 2, 2, expected])
  }
}
