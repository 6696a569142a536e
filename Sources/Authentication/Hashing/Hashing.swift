internal import COpenSSL

/// The digests that logins need, from OpenSSL's libcrypto.
///
/// Invariant of the unsafe code: each call gets pointers to spans that are alive for as long as it
/// runs, with their own lengths, and a target of exactly the digest's length; libcrypto keeps none.
enum Hashing {
  /// HMAC-SHA-256 (RFC 2104, RFC 6234).
  static func hmac(key: Span<UInt8>, _ message: Span<UInt8>) -> SecretDigest {
    var digest = SecretDigest()
    var target = digest.storage.mutableSpan
    let result = unsafe key.withUnsafeBufferPointer { key in
      unsafe message.withUnsafeBufferPointer { message in
        unsafe target.withUnsafeMutableBufferPointer { target in
          unsafe HMAC(
            EVP_sha256(), key.baseAddress, Int32(key.count),
            message.baseAddress, message.count,
            target.baseAddress, nil) != nil
        }
      }
    }
    precondition(result, "HMAC-SHA-256 fails only without memory")
    return digest
  }

  /// SHA-256 (RFC 6234).
  static func sha256(_ message: Span<UInt8>) -> SecretDigest {
    var digest = SecretDigest()
    var target = digest.storage.mutableSpan
    let result = unsafe message.withUnsafeBufferPointer { message in
      unsafe target.withUnsafeMutableBufferPointer { target in
        unsafe EVP_Digest(
          message.baseAddress, message.count, target.baseAddress, nil, EVP_sha256(), nil)
      }
    }
    precondition(result == 1, "SHA-256 fails only without memory")
    return digest
  }

  /// PBKDF2 with HMAC-SHA-256 (RFC 8018 section 5.2), one block: `Hi` of RFC 5802.
  ///
  /// Costs about half a microsecond a round.
  static func pbkdf2(password: Span<UInt8>, salt: Span<UInt8>, iterations: Int) -> SecretDigest {
    var digest = SecretDigest()
    var target = digest.storage.mutableSpan
    let result = unsafe password.withUnsafeBytes { password in
      unsafe salt.withUnsafeBufferPointer { salt in
        unsafe target.withUnsafeMutableBufferPointer { target in
          unsafe PKCS5_PBKDF2_HMAC(
            password.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(password.count),
            salt.baseAddress, Int32(salt.count),
            Int32(iterations), EVP_sha256(), Int32(target.count), target.baseAddress)
        }
      }
    }
    precondition(result == 1, "PBKDF2 fails only without memory")
    return digest
  }

  /// MD5 (RFC 1321) as 32 lower-case hexadecimal digits; nil where libcrypto may not compute it
  /// because it is in FIPS mode.
  static func md5(_ message: Span<UInt8>) -> [UInt8]? {
    var digest = InlineArray<16, UInt8>(repeating: 0)
    var target = digest.mutableSpan
    let result = unsafe message.withUnsafeBufferPointer { message in
      unsafe target.withUnsafeMutableBufferPointer { target in
        unsafe EVP_Digest(
          message.baseAddress, message.count, target.baseAddress, nil, EVP_md5(), nil)
      }
    }
    guard result == 1 else { return nil }
    let digits = Array("0123456789abcdef".utf8)
    return digest.indices.flatMap { [digits[Int(digest[$0] >> 4)], digits[Int(digest[$0] & 15)]] }
  }

  /// Whether all bytes are the same, in a time that depends on nothing but their number.
  static func areEqual(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    return unsafe left.withUnsafeBufferPointer { left in
      unsafe right.withUnsafeBufferPointer { right in
        unsafe CRYPTO_memcmp(left.baseAddress, right.baseAddress, left.count) == 0
      }
    }
  }
}
