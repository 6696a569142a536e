internal import COpenSSL

/// What a certificate says.
///
/// Invariant that keeps the pointer safe: whoever makes one holds the certificate for as long.
struct PeerCertificate {
  let pointer: OpaquePointer

  /// The alternative names that are hosts, URIs or e-mail addresses, in the certificate's order by kind, then the subject's
  /// common name. Names with a zero byte are left out: they are made to be misread.
  var names: [[UInt8]] {
    var names = alternativeNames(GEN_DNS) + alternativeNames(GEN_URI)
    names += alternativeNames(GEN_EMAIL)
    if let commonName { names.append(commonName) }
    return names
  }

  /// The host names it is for, in lower case; without any, the common name if it can be one.
  var hostNames: [String] {
    var names = alternativeNames(GEN_DNS)
    if names.isEmpty, let commonName { names = [commonName] }
    return names.map { String(decoding: $0, as: UTF8.self).lowercased() }
      .filter(NamePattern.isGood)
  }

  /// The first and the last second in which it is good, in Unix time.
  var validity: (from: Int64, to: Int64)? {
    var (from, to): (Int64, Int64) = (0, 0)
    guard shardway_validity(pointer, &from, &to) != 0 else { return nil }
    return (from, to)
  }

  /// The channel binding `tls-server-end-point` (RFC 5929 section 4); empty where the certificate's signature names no hash
  /// function, as Ed25519's does not.
  var endPoint: [UInt8] {
    var count: UInt32 = 0
    var hash = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    guard shardway_end_point_hash(pointer, &hash, &count) != 0 else {
      ErrorQueue.clear()
      return []
    }
    return Array(hash[..<Int(count)])
  }

  private func alternativeNames(_ kind: Int32) -> [[UInt8]] {
    guard let all = shardway_alternative_names(pointer) else { return [] }
    defer { GENERAL_NAMES_free(all) }
    var names: [[UInt8]] = []
    for place in 0..<shardway_names_count(all) {
      var (text, count): (UnsafePointer<UInt8>?, Int) = (nil, 0)
      guard shardway_names_at(all, place, &text, &count) == kind, let text, count > 0 else {
        continue
      }
      let name = Array(UnsafeBufferPointer(start: text, count: count))
      if !name.contains(0) { names.append(name) }
    }
    return names
  }

  private var commonName: [UInt8]? {
    var count = 0
    guard let text = shardway_common_name(pointer, &count) else { return nil }
    defer { shardway_text_free(text) }
    let name = Array(UnsafeBufferPointer(start: text, count: count))
    return name.isEmpty || name.contains(0) ? nil : name
  }
}
