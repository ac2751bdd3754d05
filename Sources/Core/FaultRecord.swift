/// One fault as it was carried out.
package struct FaultRecord: Hashable, Sendable, Codable {
  package var leg: Leg
  /// The words of the rule.
  package var rule: String
  /// The name of the fault, and what it does to a stream in the end.
  package var kind: String
  package var effect: FaultEffect
  package var direction: FaultDirection
  package var connection: Int
  /// The request's number among all that the proxy has seen, from 1; 0 if it read no requests.
  package var request: Int
  package var nonce: Nonce?
  /// When it was to strike, and when it was carried out.
  package var planned: Instant
  package var at: Instant
  /// What had been let through of this message when it struck: bytes, and events with data.
  package var bytesBefore: Int
  package var eventsBefore: Int
  /// What was let through of it afterwards; nil while it is under way.
  package var bytesAfter: Int?
  package var eventsAfter: Int?

  package init(
    leg: Leg, rule: String, kind: String, effect: FaultEffect,
    direction: FaultDirection = .downstream, connection: Int, request: Int = 0, nonce: Nonce?,
    planned: Instant? = nil, at: Instant, bytesBefore: Int, eventsBefore: Int
  ) {
    self.leg = leg
    self.rule = rule
    self.kind = kind
    self.effect = effect
    self.direction = direction
    self.connection = connection
    self.request = request
    self.nonce = nonce
    self.planned = planned ?? at
    self.at = at
    self.bytesBefore = bytesBefore
    self.eventsBefore = eventsBefore
  }
}
