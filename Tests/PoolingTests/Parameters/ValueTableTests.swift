import Routing
import Testing

@testable import Pooling

@Suite struct ValueTableTests {
  @Test func `sets with the same values are equal, and others are not`() throws {
    let values = Values()
    let first = try values.values([.timeZone: "UTC", .clientEncoding: "UTF8"])
    let second = try values.values([.clientEncoding: "UTF8", .timeZone: "UTC"])
    #expect(first == second)
    #expect(values.count == 2)
    for parameter in TrackedParameter.allCases {
      var other = values.copy(first)
      try values.set(parameter, to: "other", in: &other)
      #expect(other != first)
    }
    #expect(first != ParameterValues())
    #expect(ParameterValues() == ParameterValues())
    // Which setting has a value counts, not only which values there are.
    #expect(try values.values([.clientEncoding: "UTC", .timeZone: "UTF8"]) != first)
  }

  @Test func `a set is 36 bytes`() {
    #expect(MemoryLayout<ParameterValues>.size == 36)
    #expect(TrackedParameter.allCases.count <= 8)
  }

  @Test func `values are read as they were set`() throws {
    let values = Values()
    var set = try values.values([.applicationName: "", .timeZone: "Europe/Berlin"])
    #expect(values.text(.applicationName, set) == "")
    #expect(values.text(.timeZone, set) == "Europe/Berlin")
    #expect(values.text(.dateStyle, set) == nil)
    #expect(set.knows(.applicationName) && !set.knows(.dateStyle))
    try values.set(.timeZone, to: "UTC", in: &set)
    try values.set(.timeZone, to: "UTC", in: &set)
    #expect(values.text(.timeZone, set) == "UTC")
    #expect(values.count == 2, "nobody has the value it had before")
  }

  @Test func `a value goes with its last reference`() throws {
    let values = Values()
    var first = try values.values([.timeZone: "UTC"])
    var second = values.copy(first)
    values.clear(&first)
    #expect(first == ParameterValues())
    #expect(values.text(.timeZone, second) == "UTC")
    values.clear(&second)
    #expect(values.count == 0)
    values.clear(&second)
    #expect(values.count == 0)
  }

  @Test func `a link that was set like its client keeps what the client doesn't know`() throws {
    let values = Values()
    var link = try values.values([.timeZone: "UTC", .searchPath: "public"])
    var client = try values.values([.timeZone: "Asia/Tokyo", .dateStyle: "ISO, MDY"])
    values.update(&link, from: client)
    #expect(values.text(.timeZone, link) == "Asia/Tokyo")
    #expect(values.text(.dateStyle, link) == "ISO, MDY")
    #expect(values.text(.searchPath, link) == "public")
    values.update(&link, from: link)
    values.clear(&client)
    #expect(values.text(.timeZone, link) == "Asia/Tokyo")
    values.clear(&link)
    #expect(values.count == 0)
  }

  @Test func `values have limits of length and of number, and a refused one changes nothing`()
    throws
  {
    let values = Values(values: 2, valueBytes: 5)
    var set = try values.values([.applicationName: "12345"])
    #expect(throws: ParameterError.valueTooLong("TimeZone", bytes: 6, limit: 5)) {
      try values.set(.timeZone, to: "123456", in: &set)
    }
    #expect(throws: ParameterError.zeroByte("TimeZone")) {
      try values.set(.timeZone, to: "a\0", in: &set)
    }
    try values.set(.timeZone, to: "a", in: &set)
    let before = set
    #expect(throws: ParameterError.tooManyValues("DateStyle", limit: 2)) {
      try values.set(.dateStyle, to: "b", in: &set)
    }
    #expect(set == before)
    try values.set(.dateStyle, to: "a", in: &set)
    #expect(values.text(.dateStyle, set) == "a", "one that is there has room")
  }

  @Test func `errors name the setting and say what helps`() {
    let errors: [ParameterError] = [
      .valueTooLong("search_path", bytes: 2000, limit: 1024), .zeroByte("TimeZone"),
      .tooManyValues("application_name", limit: 9), .greetingTooLong(limit: 100),
    ]
    #expect(
      errors.map(\.description) == [
        "the value of search_path has 2000 bytes, more than the 1024 that are kept; "
          + "shorten it, or use session pooling",
        "the value of TimeZone has a zero byte inside; leave it out",
        "no room for another value of application_name: clients have 9 different values of "
          + "settings in use; let more of them share one, or raise the router's limit",
        "the server reports more than 100 bytes of settings at the start; "
          + "raise the router's limit",
      ])
  }

  /// Against arrays of texts, with few values and a limit that is often reached.
  @Test(arguments: 0..<10 as Range<UInt64>)
  func `any sequence of operations keeps exactly the values in use`(seed: UInt64) throws {
    var random = RandomSource(seed: seed)
    let values = Values(values: 25)
    let parameters = TrackedParameter.allCases
    var sets = [ParameterValues](repeating: ParameterValues(), count: 6)
    var model = [[TrackedParameter: String]](repeating: [:], count: 6)
    for _ in 0..<3_000 {
      let (one, other) = (random.index(below: 6), random.index(below: 6))
      switch random.index(below: 20) {
      case 0:
        values.clear(&sets[one])
        model[one] = [:]
      case 1 where one != other:
        values.clear(&sets[one])
        sets[one] = values.copy(sets[other])
        model[one] = model[other]
      case 2:
        values.update(&sets[one], from: sets[other])
        model[one].merge(model[other]) { $1 }
      default:
        let parameter = parameters[random.index(below: parameters.count)]
        let value = "\(random.index(below: 60))"
        do {
          try values.set(parameter, to: value, in: &sets[one])
          model[one][parameter] = value
        } catch {
          #expect(values.count == 25)
        }
      }
      #expect(values.count == Set(model.flatMap(\.values)).count)
      #expect((sets[one] == sets[other]) == (model[one] == model[other]))
      for parameter in parameters {
        #expect(values.text(parameter, sets[one]) == model[one][parameter])
      }
    }
  }
}
