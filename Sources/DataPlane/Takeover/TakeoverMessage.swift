/// What the two processes of a takeover say to each other.
///
/// On the wire: the length of what follows (4 bytes), the kind (1 byte), the values. Where a message comes with a
/// descriptor, that lies beside its first byte.
enum TakeoverMessage: Equatable {
  /// The new process: it wants to take over.
  case hello(version: UInt16, processID: Int32)
  /// The old process: it hands nothing over, and why.
  case refused(String)
  /// The old process: a socket that listens, by what it is for. With the socket.
  case socket(name: String, address: String)
  /// The old process: so many sockets were all.
  case socketsEnd(count: UInt32)
  /// The new process: it serves.
  case ready
  /// The old process: a client, under a number of its own. With the client's connection.
  case client(number: UInt64, HandedClient)
  /// The new process: it has a client.
  case adopted(number: UInt64)
  /// The new process: it can't take a client, and why.
  case declined(number: UInt64, String)
  /// Either: a cancel request whose key it doesn't know. With the connection that it came by.
  case cancel(listener: UInt32, packet: [UInt8])

  /// Whether a descriptor comes with it.
  var hasDescriptor: Bool {
    switch self {
    case .socket, .client, .cancel: true
    case .hello, .refused, .socketsEnd, .ready, .adopted, .declined: false
    }
  }

  /// Its name, for errors.
  var name: String {
    switch self {
    case .hello: "a greeting"
    case .refused: "a refusal"
    case .socket: "a socket"
    case .socketsEnd: "the end of the sockets"
    case .ready: "that it is ready"
    case .client: "a client"
    case .adopted, .declined: "an answer about a client"
    case .cancel: "a cancel request"
    }
  }

  /// Bytes of the length at a message's beginning.
  static let lengthBytes = 4

  private enum Kind: UInt8 {
    case hello = 1
    case refused, socket, socketsEnd, ready, client, adopted, declined, cancel
  }

  // MARK: Writing

  /// The message as it is sent.
  var encoded: [UInt8] {
    var body = TakeoverWriter()
    switch self {
    case .hello(let version, let processID):
      body.put(Kind.hello.rawValue)
      body.put(version)
      body.put(processID)
    case .refused(let why):
      body.put(Kind.refused.rawValue)
      body.put(why)
    case .socket(let name, let address):
      body.put(Kind.socket.rawValue)
      body.put(name)
      body.put(address)
    case .socketsEnd(let count):
      body.put(Kind.socketsEnd.rawValue)
      body.put(count)
    case .ready:
      body.put(Kind.ready.rawValue)
    case .client(let number, let client):
      body.put(Kind.client.rawValue)
      body.put(number)
      client.write(to: &body)
    case .adopted(let number):
      body.put(Kind.adopted.rawValue)
      body.put(number)
    case .declined(let number, let why):
      body.put(Kind.declined.rawValue)
      body.put(number)
      body.put(why)
    case .cancel(let listener, let packet):
      body.put(Kind.cancel.rawValue)
      body.put(listener)
      body.put(packet)
    }
    var message = TakeoverWriter()
    message.put(body.bytes)
    return message.bytes
  }

  // MARK: Reading

  /// Reads what stands behind a message's length.
  init(_ bytes: ArraySlice<UInt8>) throws(TakeoverError) {
    var fields = TakeoverFields(bytes)
    let code = try fields.number(UInt8.self)
    guard let kind = Kind(rawValue: code) else { throw .malformed("there is no message \(code)") }
    switch kind {
    case .hello:
      self = .hello(
        version: try fields.number(UInt16.self), processID: try fields.number(Int32.self))
      // Of another version no more than this is known.
      return
    case .refused: self = .refused(try fields.string())
    case .socket: self = .socket(name: try fields.string(), address: try fields.string())
    case .socketsEnd: self = .socketsEnd(count: try fields.number(UInt32.self))
    case .ready: self = .ready
    case .client:
      self = .client(number: try fields.number(UInt64.self), try HandedClient(reading: &fields))
    case .adopted: self = .adopted(number: try fields.number(UInt64.self))
    case .declined:
      self = .declined(number: try fields.number(UInt64.self), try fields.string())
    case .cancel:
      self = .cancel(listener: try fields.number(UInt32.self), packet: try fields.text())
    }
    guard fields.isAtEnd else { throw .malformed("bytes follow \(name)") }
  }
}

/// Puts a takeover's messages together from what arrives, in whatever pieces.
struct TakeoverReader {
  private var bytes: [UInt8] = []
  private var place = 0

  /// Takes what has arrived.
  mutating func append(_ piece: ArraySlice<UInt8>) {
    if place > 0 {
      bytes.removeFirst(place)
      place = 0
    }
    bytes += piece
  }

  /// The next message; nil when it isn't whole yet.
  ///
  /// - Throws: when it can't be understood. Nothing that follows can be read then.
  mutating func next() throws(TakeoverError) -> TakeoverMessage? {
    let left = bytes.count - place
    guard left >= TakeoverMessage.lengthBytes else { return nil }
    var header = TakeoverFields(bytes[place..<place + TakeoverMessage.lengthBytes])
    let count = Int(try header.number(UInt32.self))
    guard count <= TakeoverLimits.messageBytes else {
      throw .malformed("a message of \(count) bytes, at most \(TakeoverLimits.messageBytes)")
    }
    guard left >= TakeoverMessage.lengthBytes + count else { return nil }
    let start = place + TakeoverMessage.lengthBytes
    place = start + count
    return try TakeoverMessage(bytes[start..<start + count])
  }
}
