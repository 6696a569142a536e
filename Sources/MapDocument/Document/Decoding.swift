internal import ShardMap

extension Decoder {
  /// The fields of an object, once it is known that it has no others: a misspelt field is an error,
  /// not a default.
  func fields<Key: CodingKey & CaseIterable>(
    _ keys: Key.Type
  ) throws -> KeyedDecodingContainer<Key> {
    let known = Set(Key.allCases.map(\.stringValue))
    let all = try container(keyedBy: AnyKey.self)
    if let unknown = all.allKeys.first(where: { !known.contains($0.stringValue) }) {
      let names = Key.allCases.map(\.stringValue).joined(separator: ", ")
      throw DecodingError.dataCorruptedError(
        forKey: unknown, in: all, debugDescription: "the field is unknown here; known are \(names)")
    }
    return try container(keyedBy: keys)
  }
}

extension KeyedDecodingContainer {
  /// A value by its name, or nil when the field isn't there.
  func decodeNamed<Value: NamedValue>(forKey key: Key) throws -> Value? {
    guard let name = try decodeIfPresent(String.self, forKey: key) else { return nil }
    guard let value = Value(named: name) else {
      let names = Value.allCases.map(\.name).joined(separator: ", ")
      throw DecodingError.dataCorruptedError(
        forKey: key, in: self, debugDescription: "\"\(name)\" is none of \(names)")
    }
    return value
  }

  /// A tier, or nil when the field isn't there.
  func decodeTier(forKey key: Key) throws -> Consistency? {
    guard let text = try decodeIfPresent(String.self, forKey: key) else { return nil }
    guard let tier = Consistency(parsing: text.utf8) else {
      throw DecodingError.dataCorruptedError(
        forKey: key, in: self, debugDescription: "\"\(text)\" is none of \(Consistency.forms)")
    }
    return tier
  }
}

extension KeyedDecodingContainer {
  /// A percentage, or nil when the field isn't there; its range is a matter of validation.
  func decodePercent(forKey key: Key) throws -> Int? {
    do {
      return try decodeIfPresent(Int.self, forKey: key)
    } catch let error as DecodingError {
      throw error
    } catch {
      throw DecodingError.typeMismatch(
        Int.self, .init(codingPath: codingPath + [key], debugDescription: ""))
    }
  }

  /// A number in a range, or nil when the field isn't there.
  func decodeNumber<Value: FixedWidthInteger>(
    forKey key: Key, in range: ClosedRange<Value>
  ) throws -> Value? {
    guard try contains(key) && !decodeNil(forKey: key) else { return nil }
    let number = try decodeCounter(forKey: key)
    guard let value = Value(exactly: number), range.contains(value) else {
      throw DecodingError.dataCorruptedError(
        forKey: key, in: self,
        debugDescription:
          "\(number) is out of range; use \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  /// An age such as `30s`, in milliseconds, or nil when the field isn't there.
  func decodeAge(forKey key: Key, hint: String = "") throws -> UInt32? {
    guard let text = try decodeIfPresent(String.self, forKey: key) else { return nil }
    guard let age = Age.milliseconds(text) else {
      throw DecodingError.dataCorruptedError(
        forKey: key, in: self,
        debugDescription: "\"\(text)\" is not an age such as 500ms, 30s, 5m, 12h or 30d" + hint)
    }
    return age
  }

  /// A version, epoch or generation. For a number out of range the decoder throws an error of its
  /// own that doesn't say which field it was.
  func decodeCounter(forKey key: Key) throws -> UInt64 {
    do {
      return try decode(UInt64.self, forKey: key)
    } catch let error as DecodingError {
      throw error
    } catch {
      throw DecodingError.typeMismatch(
        UInt64.self, .init(codingPath: codingPath + [key], debugDescription: ""))
    }
  }
}

/// Any field's name.
private struct AnyKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init(stringValue: String) {
    self.stringValue = stringValue
  }

  init?(intValue: Int) {
    return nil
  }
}
