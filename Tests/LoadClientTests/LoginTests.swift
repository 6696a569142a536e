import LoadScenario
import Testing
import Wire

@testable import LoadClient

/// Sessions are opened by each method, and failures say why.
@Suite struct LoginTests {
  static let cuts: [Conversation.Cut] = [.whole, .byteAtATime, .atRandom(seed: 3)]

  @Test(arguments: cuts)
  func `a session opens by each method`(cut: Conversation.Cut) throws {
    let logins: [(ScriptedServer.Login, String?)] = [
      (.trust, nil), (.trust, "secret"), (.cleartext("secret"), "secret"),
      (.md5("secret"), "secret"), (.scram("secret"), "secret"),
    ]
    for (login, password) in logins {
      let conversation = try Conversation(.of(.init(.selectOnly)), password: password)
      conversation.cut = cut
      conversation.server.login = login
      conversation.server.before = ErrorResponse(
        severity: .notice, sqlState: .successfulCompletion, message: "hello"
      ).encodedNotice()
      #expect(conversation.open() == [.opened], "\(login)")
      #expect(conversation.run() == [.completed])
      #expect(conversation.client.lastFailureText == nil)
    }
  }

  @Test(arguments: cuts)
  func `a login that fails says why`(cut: Conversation.Cut) throws {
    let refusal = ErrorResponse(sqlState: .invalidCatalogName, message: "no tenant \"acme\"")
    let unasked = ReadyForQuery(status: .idle).encoded()
    let cases: [(ScriptedServer.Login, String?, Failure, String)] = [
      (
        .raw(refusal.encoded()), nil, Failure(sqlState: .invalidCatalogName),
        "FATAL 3D000: no tenant \"acme\""
      ),
      (.md5("secret"), "other", Failure(sqlState: .invalidPassword), "FATAL 28P01"),
      (.scram("secret"), "other", Failure(sqlState: .invalidPassword), "FATAL 28P01"),
      (.scram("secret"), nil, Failure(.login), "the target has no passwordFile"),
      (.raw(unasked), nil, Failure(.protocolViolation), "'Z'"),
      (.raw(Array("HTTP/1.1 400 Bad Request".utf8)), nil, Failure(.protocolViolation), "length"),
      (.raw([UInt8(ascii: "R"), 0, 0, 0, 4]), nil, Failure(.protocolViolation), "'R'"),
      (.raw([UInt8(ascii: "S"), 0, 16, 0, 0]), nil, Failure(.protocolViolation), "'S'"),
    ]
    for (login, password, failure, text) in cases {
      let conversation = try Conversation(.of(.init(.selectOnly)), password: password)
      conversation.cut = cut
      conversation.server.login = login
      #expect(conversation.open() == [.broken(failure)], "\(text)")
      #expect(conversation.client.lastFailureText?.contains(text) == true, "\(text)")
      #expect(conversation.hear(unasked) == [], "what follows is passed over")
    }
  }

  /// How a client says who it is for.
  @Test func `the tenant goes where the target wants it`() throws {
    let cases: [(LoadTarget.TenantPlace, [String: String])] = [
      (.database, ["user": "app", "database": "birch"]),
      (
        .option,
        ["user": "app", "database": "data_birch", "options": "-c shardway.tenant=birch"]
      ),
      (.user, ["user": "app.birch", "database": "data_birch"]),
      (.serverName, ["user": "app", "database": "data_birch"]),
      (.none, ["user": "app", "database": "data_birch"]),
    ]
    for (place, expected) in cases {
      var target = LoadTarget(host: "127.0.0.1", port: 1)
      target.tenantPlace = place
      target.database = "data_{tenant}"
      let conversation = try Conversation(.of(.init(.selectOnly)), target: target, tenant: 1)
      #expect(conversation.open() == [.opened])
      var startup = conversation.server.startup
      #expect(startup.removeValue(forKey: "application_name") == "shardway-bench")
      #expect(startup == expected)
    }
  }

  @Test func `the load's tier is the session's from its start`() throws {
    var target = LoadTarget(host: "127.0.0.1", port: 1)
    target.tenantPlace = .option
    var load = Load.of(.init(.selectOnly), tier: "bounded:5s")
    load.tenants = .uniform(["a b\\c"])
    let conversation = try Conversation(load, target: target)
    _ = conversation.open()
    let options = try #require(conversation.server.startup["options"])
    #expect(options == #"-c shardway.tenant=a\ b\\c -c shardway.consistency=bounded:5s"#)
    let bytes = Array(options.utf8)
    let settings = StartupOptions(parsing: RawSpan(_elements: bytes.span)).settings
    #expect(settings.map { String(decoding: $0.value, as: UTF8.self) } == ["a b\\c", "bounded:5s"])
  }

  @Test func `a session that takes leave says so`() throws {
    let conversation = try Conversation(.of(.init(.selectOnly)))
    _ = conversation.open()
    conversation.close()
    #expect(conversation.server.hasLeft)
  }

  @Test func `a name that can't be sent is refused at once`() {
    var load = Load.of(.init(.selectOnly))
    load.tenants = .uniform(["acme", "a\0b"])
    #expect(throws: ClientPlanError.startup(tenant: "a\0b", .unencodableText)) {
      _ = try Conversation(load)
    }
  }
}
