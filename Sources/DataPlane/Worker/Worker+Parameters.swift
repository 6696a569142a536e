import Pooling
import Telemetry
import Wire

/// Settings that follow a client from server to server, such as its time zone.
extension Worker where K: ~Copyable {
  /// The values that a client asks for when it starts.
  mutating func parameters(
    asked settings: [(parameter: TrackedParameter, value: [UInt8])]
  ) throws(Refusal) -> ParameterValues {
    var asked = ParameterValues()
    for (parameter, value) in settings {
      do throws(ParameterError) {
        try values.set(parameter, to: value.span.bytes, in: &asked)
      } catch {
        values.clear(&asked)
        throw .badSetting("\(error)")
      }
    }
    return asked
  }

  /// The values that a server has reported when a link to it was made. What can't be kept is not followed.
  mutating func parameters(
    reported report: [(name: [UInt8], value: [UInt8])]
  ) -> ParameterValues {
    var reported = ParameterValues()
    for (name, value) in report { note(name.span.bytes, value.span.bytes, in: &reported) }
    return reported
  }

  /// What a client doesn't ask for it has as its servers have it, and is told so: no other client's value may take its place.
  mutating func takeReported(_ reported: ParameterValues, _ handle: SlabHandle) {
    var known = values.copy(reported)
    values.update(&known, from: pooledClients[handle.index].parameters)
    values.clear(&pooledClients[handle.index].parameters)
    pooledClients[handle.index].parameters = known
  }

  private mutating func note(
    _ name: RawSpan, _ value: RawSpan, in reported: inout ParameterValues
  ) {
    guard let parameter = TrackedParameter(named: name) else { return }
    try? values.set(parameter, to: value, in: &reported)
  }

  /// Has a server set what its new session wants to have otherwise than the last, before anything else.
  mutating func alignParameters(_ link: SlabHandle, _ handle: SlabHandle) {
    withWantedParameters(handle) { worker, wanted in worker.align(link, to: wanted, handle) }
  }

  private mutating func align(
    _ link: SlabHandle, to wanted: ParameterValues, _ handle: SlabHandle
  ) {
    guard links[link].parameters != wanted else { return }
    let different = values.differences(from: links[link].parameters, to: wanted)
    guard !different.isEmpty else { return }
    links[link].answers.owed.append(.ownQuery)
    put(
      values.settingMessage(different, from: links[link].parameters, to: wanted), handle, .upstream)
    context.report.counters.add(.linksAligned)
  }

  /// The server has set what its session wants, and has reported only what that changed.
  mutating func wasAligned(_ link: SlabHandle, _ handle: SlabHandle) {
    withWantedParameters(handle) { worker, wanted in
      var known = worker.links[link].parameters
      worker.values.update(&known, from: wanted)
      worker.links[link].parameters = known
    }
  }

  /// A server has reported a setting: the link has it, and so does its session from now on, unless the router has just set it for it.
  mutating func noteParameter(
    _ body: RawSpan, _ link: SlabHandle, _ handle: SlabHandle?, isOwn: Bool
  ) {
    guard let status = try? ParameterStatus.decode(body) else { return }
    let name = body.extracting(status.name)
    let value = body.extracting(status.value)
    var known = links[link].parameters
    note(name, value, in: &known)
    links[link].parameters = known
    guard let handle, !isOwn else { return }
    known = pooledClients[handle.index].parameters
    note(name, value, in: &known)
    pooledClients[handle.index].parameters = known
  }
}
