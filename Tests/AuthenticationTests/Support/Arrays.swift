@testable import Authentication

// The machines again for arrays, as tests have them.

extension ScramServer {
  mutating func receiveInitial(_ body: [UInt8]) throws(ScramError) -> Answer {
    try receiveInitial(body.span.bytes)
  }

  mutating func receiveFinal(_ body: [UInt8]) throws(ScramError) -> Answer {
    try receiveFinal(body.span.bytes)
  }
}

extension ScramClient {
  mutating func receiveContinue(_ data: [UInt8]) throws(ScramError) -> [UInt8] {
    try receiveContinue(data.span.bytes)
  }

  mutating func receiveFinal(_ data: [UInt8]) throws(ScramError) {
    try receiveFinal(data.span.bytes)
  }
}

extension ClientAuthentication {
  mutating func receive(_ body: [UInt8]) -> Action { receive(body.span.bytes) }
}

extension ServerLogin {
  mutating func receive(_ type: Character, _ body: [UInt8]) throws(ServerLoginError) -> Action {
    try receive(type: type.asciiValue!, body: body.span.bytes)
  }
}

extension AuthQueryAnswer {
  mutating func receive(_ type: Character, _ body: [UInt8]) throws(AuthQueryError) -> Action {
    try receive(type: type.asciiValue!, body: body.span.bytes)
  }
}
