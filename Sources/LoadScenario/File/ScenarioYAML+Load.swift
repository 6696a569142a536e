extension ScenarioYAML {
  /// A group of clients.
  struct Load: Decodable {
    var name: String
    var tenants: Tenants
    var connections: Int
    var rate: Rate?
    var closedLoop: ClosedLoop?
    var schedule: String?
    var consistency: String?
    var mode: String?
    var mix: [Transaction]?
    var thinkTime: String?
    var transactionsPerConnection: Int?
  }

  struct ClosedLoop: Decodable { var pause: String? }

  struct Transaction: Decodable {
    var run: String?
    var sql: String?
    var weight: Double?
    var consistency: String?
    var bytes: String?
    var bound: String?
  }

  /// A list of names, or a mapping that says more.
  struct Tenants: Decodable {
    var names: [String]?
    var count: Int?
    var pattern: String?
    var weights: Weights?
    var zipf: Double?

    private enum CodingKeys: String, CodingKey { case names, count, pattern, weights, zipf }

    init(from decoder: any Decoder) throws {
      if (try? decoder.unkeyedContainer()) != nil {
        names = try decoder.singleValueContainer().decode([String].self)
        return
      }
      let values = try decoder.container(keyedBy: CodingKeys.self)
      names = try values.decodeIfPresent([String].self, forKey: .names)
      count = try values.decodeIfPresent(Int.self, forKey: .count)
      pattern = try values.decodeIfPresent(String.self, forKey: .pattern)
      weights = try values.decodeIfPresent(Weights.self, forKey: .weights)
      zipf = try values.decodeIfPresent(Double.self, forKey: .zipf)
    }
  }

  /// Tenants and their weights, in the file's order.
  struct Weights: Decodable {
    var tenants: [WeightedTenant]

    private struct Name: CodingKey {
      var stringValue: String
      var intValue: Int? { nil }
      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: Name.self)
      tenants = try values.allKeys.map {
        WeightedTenant(name: $0.stringValue, weight: try values.decode(Double.self, forKey: $0))
      }
    }
  }

  /// A rate that stays, or one that goes through points.
  enum Rate: Decodable {
    struct Point: Decodable {
      var at: String
      var rate: String
    }
    case constant(String)
    case points([Point])

    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      if (try? decoder.unkeyedContainer()) != nil {
        self = .points(try value.decode([Point].self))
      } else {
        self = .constant(try value.decode(String.self))
      }
    }
  }

  /// The keys of the section.
  static let loadKeys: [String: Set<String>] = [
    "loads": [
      "name", "tenants", "connections", "rate", "closedLoop", "schedule", "consistency", "mode",
      "mix", "thinkTime", "transactionsPerConnection",
    ],
    "loads.tenants": ["names", "count", "pattern", "weights", "zipf"],
    "loads.tenants.weights": ["*"],
    "loads.rate": ["at", "rate"],
    "loads.closedLoop": ["pause"],
    "loads.mix": ["run", "sql", "weight", "consistency", "bytes", "bound"],
  ]
}
