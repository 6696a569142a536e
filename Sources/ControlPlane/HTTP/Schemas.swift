internal import Admission
internal import MapExchange
internal import ShardMap

/// The schemas of the API's bodies (JSON Schema 2020-12, as OpenAPI 3.1 has it).
enum Schemas {
  static var all: [String: JSONValue] {
    var schemas = general
    for kind in ResourceKind.allCases {
      let fields = fields(of: kind)
      schemas[kind.typeName] = object(
        fields.merging(["version": counter], uniquingKeysWith: { old, _ in old }),
        required: required(of: kind))
      // A patch may leave out every field, and null takes one back to its default.
      schemas[kind.typeName + "Patch"] = object(fields, required: [])
      schemas[kind.typeName + "Page"] = object(
        [
          "items": ["type": "array", "items": reference(kind.typeName)],
          "next": ["type": ["string", "null"]],
        ], required: ["items", "next"])
    }
    return schemas
  }

  static let text: JSONValue = ["type": "string"]
  static let count: JSONValue = ["type": "integer", "minimum": 0]
  static let counter: JSONValue = ["type": "integer", "minimum": 1]
  static let time: JSONValue = ["type": "string", "format": "date-time"]
  private static let root: JSONValue = ["type": "string", "pattern": "^[0-9a-f]{64}$"]
  static let id: JSONValue = [
    "type": "string", "pattern": "^[a-z0-9][a-z0-9_-]*$",
    "maxLength": .integer(Int64(MapLimits.identifierBytes)),
  ]

  static let tier: JSONValue = [
    "type": "string", "pattern": "^(strong|session|eventual|bounded:[0-9]+(ms|s|m|h))$",
  ]

  private static func reference(_ name: String) -> JSONValue {
    ["$ref": .string("#/components/schemas/\(name)")]
  }

  private static func object(_ fields: [String: JSONValue], required: [String]) -> JSONValue {
    [
      "type": "object", "properties": .object(fields),
      "required": .array(required.map { .string($0) }),
    ]
  }

  static func names<Value: NamedValue>(_ type: Value.Type) -> JSONValue {
    ["type": "string", "enum": .array(Value.allCases.map { .string($0.name) })]
  }

  private static var general: [String: JSONValue] {
    [
      "Problem": object(
        [
          "type": text, "title": text, "status": count, "detail": text, "instance": text,
          "code": text, "currentVersion": counter, "index": count, "path": text, "role": text,
        ], required: ["type", "title", "status", "detail", "instance", "code"]),
      "Health": object(["status": text, "mapVersion": count], required: ["status"]),
      "Changes": object(
        [
          "changes": [
            "type": "array", "minItems": 1,
            "maxItems": .integer(Int64(ControlLimits.batchChanges)), "items": reference("Change"),
          ]
        ], required: ["changes"]),
      "Change": object(
        [
          "put": text, "patch": text, "delete": text, "resource": ["type": "object"],
          "ifVersion": count,
        ], required: []),
      "ChangeResults": object(
        [
          "mapVersion": count,
          "results": ["type": "array", "items": reference("ChangeResult")],
        ], required: ["mapVersion", "results"]),
      "ChangeResult": object(
        [
          "key": text, "version": count,
          "result": ["enum": ["created", "updated", "deleted", "unchanged"]],
        ], required: ["key", "result", "version"]),
      "Event": object(
        [
          "id": text, "sequence": text, "source": text, "specversion": text, "type": text,
          "subject": text, "time": time, "datacontenttype": text, "actor": text,
          "correlationid": text, "why": text, "chainhash": root, "data": ["type": "object"],
        ],
        required: [
          "id", "sequence", "source", "specversion", "type", "subject", "time", "actor",
          "correlationid", "chainhash", "data",
        ]),
      "EventPage": object(
        [
          "items": ["type": "array", "items": reference("Event")],
          "next": ["type": ["integer", "null"]],
        ], required: ["items", "next"]),
    ].merging(routers, uniquingKeysWith: { old, _ in old })
  }

  /// A part of a limit, in parts per million.
  private static let share: JSONValue = ["type": "integer", "minimum": 0, "maximum": 1_000_000]

  private static let event: [String: JSONValue] = [
    "number": count, "at": time, "kind": text, "tenant": text, "shard": text, "text": text,
  ]

  /// What a status carries that isn't kept with the router.
  private static var transients: [String: JSONValue] {
    var sent = event
    sent["at"] = nil
    sent["atMilliseconds"] = ["type": "integer"]
    return [
      "demands": [
        "type": "array", "maxItems": .integer(Int64(ShareLimits.tenants)),
        "items": object(
          ["tenant": text, "wanted": count, "share": share],
          required: ["tenant", "wanted", "share"]
        ),
      ],
      "events": [
        "type": "array", "maxItems": .integer(Int64(ControlLimits.statusEvents)),
        "items": object(sent, required: sent.keys.sorted()),
      ],
    ]
  }

  private static var routers: [String: JSONValue] {
    let refusal: JSONValue = [
      "type": ["object", "null"],
      "properties": ["code": text, "mapVersion": count, "text": text],
    ]
    let applied: JSONValue = [
      "type": ["object", "null"],
      "properties": ["mapVersion": count, "root": root, "atMicroseconds": count],
    ]
    let status: [String: JSONValue] = [
      "sidecar": text, "leaseSeconds": counter, "applied": applied, "refusal": refusal,
      "sidecarRefusal": refusal,
      "map": [
        "type": ["object", "null"],
        "properties": ["mapVersion": count, "confirmedAgeMilliseconds": count],
      ],
      "counters": ["type": "object", "additionalProperties": ["type": "integer"]],
      "hints": [
        "type": ["object", "null"], "properties": ["eventsMissed": count, "eventsSeen": count],
      ],
      "pool": text, "name": text,
      "shares": object(["grant": count, "standard": share], required: []),
    ]
    let seen: [String: JSONValue] = [
      "id": id, "ageMilliseconds": count, "expiresInMilliseconds": ["type": "integer"],
    ]
    return [
      "RouterStatus": object(
        status.merging(transients, uniquingKeysWith: { old, _ in old }),
        required: ["sidecar", "leaseSeconds"]),
      "RouterAnswer": object(
        [
          "shares": object(
            [
              "grant": count, "standard": share, "leaseSeconds": counter,
              "tenants": ["type": "object", "additionalProperties": share],
            ], required: ["grant", "standard", "tenants", "leaseSeconds"]), "eventsTaken": count,
        ], required: ["shares", "eventsTaken"]),
      "RouterEventPage": object(
        [
          "items": [
            "type": "array",
            "items": object(
              event.merging(
                ["sequence": counter, "router": text], uniquingKeysWith: { old, _ in old }),
              required: ["sequence", "router", "number", "kind", "at"]),
          ], "next": ["type": ["integer", "null"]],
          "counts": ["type": "object", "additionalProperties": count],
        ], required: ["items", "next", "counts"]),
      "Router": object(
        status.merging(seen, uniquingKeysWith: { old, _ in old }),
        required: ["id", "sidecar", "ageMilliseconds"]),
      "RouterPage": object(
        [
          "items": ["type": "array", "items": reference("Router")],
          "next": ["type": ["string", "null"]],
        ],
        required: ["items", "next"]),
      "Propagation": object(
        [
          "histogram": object(
            [
              "unit": text, "bounds": ["type": "array", "items": count],
              "counts": ["type": "array", "items": count],
            ], required: ["unit", "bounds", "counts"]), "count": count,
          "p50": ["type": ["number", "null"]], "p99": ["type": ["number", "null"]],
          "changeRatePerSecond": ["type": "number"], "eventLoss": ["type": "number"],
          "requestsPerSecond": ["type": "number"],
        ],
        required: [
          "histogram", "p50", "p99", "count", "changeRatePerSecond", "eventLoss",
          "requestsPerSecond",
        ]),
    ]
  }
}
