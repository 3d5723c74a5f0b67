import ConnectorKit
import ErasureDomain
import HTTPTransport

extension TLSSettings {
  /// Checks that it is whole and that its credentials are there and hold PEM.
  func check(_ context: ConnectorContext) throws(SettingsProblem) {
    let system = "system \"\(context.record.system)\": "
    guard (certificate == nil) == (key == nil) else {
      throw SettingsProblem(system + "tls has a certificate or a key alone; name the credentials of both")
    }
    for name in credentials {
      guard let bytes = context.secrets.secret(name) else {
        throw SettingsProblem(system + "no credential is named \"\(name)\"; create it")
      }
      guard String(decoding: bytes, as: UTF8.self).contains("-----BEGIN ") else {
        throw SettingsProblem(system + "credential \"\(name)\" is no PEM; replace it")
      }
    }
  }
}

extension HTTPRequest {
  /// Believes and shows what the system's settings say, read anew: a credential may be replaced while the daemon runs.
  mutating func use(
    _ tls: TLSSettings?, _ credential: (String) -> [UInt8]?
  ) throws(ConnectorFailure) {
    guard let tls else { return }
    func bytes(_ name: String) throws(ConnectorFailure) -> [UInt8] {
      guard let bytes = credential(name) else {
        throw .transient(FailureCode("credential-unusable"), retryAfterSeconds: nil)
      }
      return bytes
    }
    if let name = tls.authorities { trust = .authorities(pem: try bytes(name)) }
    if let certificate = tls.certificate, let key = tls.key {
      clientCertificate = ClientCertificate(certificate: try bytes(certificate), key: try bytes(key))
    }
  }
}
