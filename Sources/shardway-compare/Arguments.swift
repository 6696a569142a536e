internal import ArgumentParser

/// Names of an enum's cases, parted by commas.
struct Choices<Value: RawRepresentable & CaseIterable & Sendable>: ExpressibleByArgument, Sendable
where Value.RawValue == String {
  let all: [Value]

  init?(argument: String) {
    let values = argument.split(separator: ",").map { Value(rawValue: String($0)) }
    guard !values.isEmpty, !values.contains(where: { $0 == nil }) else { return nil }
    all = values.compactMap(\.self)
  }
}

/// Numbers of clients, parted by commas.
struct Numbers: ExpressibleByArgument, Sendable {
  let all: [Int]

  init?(argument: String) {
    let values = argument.split(separator: ",").map { Int($0) }
    guard !values.isEmpty,
      values.allSatisfy({ $0.map { (1...ComparisonLimits.clients).contains($0) } ?? false })
    else { return nil }
    all = values.compactMap(\.self)
  }
}

/// Sizes such as `64B` or `1MiB`, parted by commas.
struct Sizes: ExpressibleByArgument, Sendable {
  let all: [Int]

  init?(argument: String) {
    let values = argument.split(separator: ",").map { SizeText.bytes(String($0)) }
    guard !values.isEmpty, !values.contains(nil) else { return nil }
    all = values.compactMap(\.self)
  }
}
