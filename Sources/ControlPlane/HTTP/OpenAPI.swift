internal import HTTPTypes

/// The OpenAPI 3.1 document of a list of routes.
enum OpenAPI {
  static func document(of routes: [Route]) -> JSONValue {
    var paths: [String: JSONValue] = [:]
    for route in routes {
      var path = paths[route.path]?.fields ?? [:]
      path[route.method.rawValue.lowercased()] = operation(route)
      paths[route.path] = .object(path)
    }
    return [
      "openapi": "3.1.0",
      "info": [
        "title": "Shardway control plane", "version": "1",
        "description": .string(
          "Errors are problems (RFC 9457) with a stable `code`. Roles: reader < sidecar < operator "
            + "< admin; sidecar may do what reader may, and send the status of routers."),
      ],
      "paths": .object(paths),
      "components": [
        "schemas": .object(Schemas.all),
        "securitySchemes": ["token": ["type": "http", "scheme": "bearer"]],
      ],
    ]
  }

  private static func operation(_ route: Route) -> JSONValue {
    var fields: [String: JSONValue] = [
      "operationId": .string(route.operation), "summary": .string(route.summary),
      "parameters": .array(
        pathParameters(route.path) + route.parameters.map(parameter)),
      "responses": .object(responses(route)),
      "x-shardway-role": route.role.map { .string($0.rawValue) } ?? .null,
      "security": route.role.map { [["token": [.string($0.rawValue)]]] } ?? [],
    ]
    if let body = route.body {
      fields["requestBody"] = [
        "required": true,
        "content": .object([body.mediaType: ["schema": reference(body.schema)]]),
      ]
    }
    return .object(fields)
  }

  private static func pathParameters(_ path: String) -> [JSONValue] {
    path.split(separator: "/").filter { $0.hasPrefix("{") }.map {
      [
        "in": "path", "name": .string(String($0.dropFirst().dropLast())), "required": true,
        "schema": ["type": "string"],
      ]
    }
  }

  private static func parameter(_ parameter: Route.Parameter) -> JSONValue {
    [
      "in": .string(parameter.place.rawValue), "name": .string(parameter.name),
      "required": .bool(parameter.isRequired), "description": .string(parameter.summary),
      "schema": parameter.schema,
    ]
  }

  private static func responses(_ route: Route) -> [String: JSONValue] {
    var answers = route.answers
    if route.role != nil {
      answers.append(.problem(.unauthorized, "No token, or one that is not good."))
      answers.append(.problem(.forbidden, "The token has a lesser role."))
    }
    if !route.parameters.isEmpty || route.body != nil {
      answers.append(.problem(.badRequest, "The request can't be read."))
    }
    var responses: [String: JSONValue] = [:]
    for answer in answers {
      var fields: [String: JSONValue] = ["description": .string(answer.summary)]
      if !answer.mediaType.isEmpty {
        fields["content"] = .object([
          answer.mediaType: ["schema": answer.schema.map(reference) ?? ["type": "string"]]
        ])
      }
      responses[String(answer.status.code)] = .object(fields)
    }
    return responses
  }

  private static func reference(_ schema: String) -> JSONValue {
    ["$ref": .string("#/components/schemas/\(schema)")]
  }
}
