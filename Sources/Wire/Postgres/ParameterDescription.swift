/// The types of a statement's parameters.
public enum ParameterDescription {
  /// The whole message for parameters of these types, given by their oids.
  ///
  /// - Precondition: at most 65,535 parameters, the server's own limit.
  public static func encoded(types: [UInt32]) -> [UInt8] {
    precondition(types.count <= UInt16.max, "too many parameters")
    var body: [UInt8] = []
    body.append(bigEndian: UInt16(types.count))
    for type in types { body.append(bigEndian: type) }
    return MessageEncoder.encode(type: BackendMessageType.parameterDescription, body: body)
  }
}
