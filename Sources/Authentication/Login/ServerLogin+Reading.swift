internal import Wire

// What a server's messages say, with errors that are a login's.
extension ServerLogin {
  static func request(_ body: RawSpan) throws(ServerLoginError) -> AuthenticationRequest {
    do {
      return try AuthenticationRequest.decode(body)
    } catch {
      throw .malformed(error)
    }
  }

  static func refusal(_ body: RawSpan) -> ServerLoginError {
    do {
      return .refused(try ErrorResponse.decode(body))
    } catch {
      return .malformed(error)
    }
  }

  static func parameter(_ body: RawSpan) throws(ServerLoginError) -> Action {
    do {
      let status = try ParameterStatus.decode(body)
      return .parameter(name: body.copy(of: status.name), value: body.copy(of: status.value))
    } catch {
      throw .malformed(error)
    }
  }

  static func key(
    _ body: RawSpan, version: ProtocolVersion
  ) throws(ServerLoginError) -> Action {
    do {
      let data = try BackendKeyData.decode(body, version: version)
      return .key(processID: data.processID, key: body.copy(of: data.key))
    } catch {
      throw .malformed(error)
    }
  }

  static func readiness(_ body: RawSpan) throws(ServerLoginError) -> Action {
    do {
      _ = try ReadyForQuery.decode(body)
      return .ready
    } catch {
      throw .malformed(error)
    }
  }
}
