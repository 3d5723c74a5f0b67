import ErasureDomain
import Testing

@testable import Connectors

/// The examples of Amazon's own documentation of Signature Version 4 for S3.
struct S3SignatureTests {
  private let signature = S3Signature(
    accessKey: "AKIAIOSFODNN7EXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", region: "us-east-1")

  private func authorization(
    _ method: String, _ path: String, _ query: [(name: String, value: String)], _ more: [(name: String, value: String)],
    hash: String = S3Signature.emptyHash
  ) throws -> String {
    let time = S3Time(time: try CompanyOrders.time("2013-05-24T00:00:00Z"))
    return signature.authorization(
      method: method, path: path, query: S3Signature.queryText(query),
      headers: more + [
        ("host", "examplebucket.s3.amazonaws.com"), ("x-amz-date", time.stamp), ("x-amz-content-sha256", hash),
      ], time: time)
  }

  @Test func `a request for a part of an object`() throws {
    #expect(
      try authorization("GET", "/test.txt", [], [("range", "bytes=0-9")])
        == "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
        + "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
        + "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")
  }

  @Test func `a body, and a key with a sign that must be encoded`() throws {
    let body = Array("Welcome to Amazon S3.".utf8)
    #expect(
      try authorization(
        "PUT", "/" + S3Signature.encode("test$file.text", isPath: true), [],
        [("date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY")],
        hash: S3Signature.hash(body)
      ).hasSuffix("Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"))
  }

  @Test func `a parameter without a value, and parameters in another order`() throws {
    #expect(
      try authorization("GET", "/", [("lifecycle", "")], [])
        .hasSuffix("Signature=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"))
    #expect(
      try authorization("GET", "/", [("prefix", "J"), ("max-keys", "2")], [])
        .hasSuffix("Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"))
  }

  @Test func `everything is encoded once, a slash of a key excepted`() {
    #expect(S3Signature.encode("a/b c+d=ä%41~", isPath: true) == "a/b%20c%2Bd%3D%C3%A4%2541~")
    #expect(
      S3Signature.queryText([("prefix", "a/b"), ("b", ""), ("a-b", "1"), ("a", "2")]) == "a=2&a-b=1&b=&prefix=a%2Fb")
  }

  @Test func `instants are read as stores write them, and no others`() throws {
    let time = try CompanyOrders.time("2026-03-02T09:00:00Z")
    for text in ["2026-03-02T09:00:00Z", "2026-03-02T09:00:00.000Z", "2026-03-02T09:00:00.999999999Z"] {
      #expect(S3Time.read(text) == time)
    }
    for text in [
      "2026-03-02T09:00:00", "2026-03-02T09:00:00.Z", "2026-03-02T09:00:00.1", "", ".Z", "2026-03-02T09:00:00.1+01:00",
    ] {
      #expect(S3Time.read(text) == nil, "\(text)")
    }
    #expect(S3Time(time: time).stamp == "20260302T090000Z" && S3Time(time: time).day == "20260302")
  }
}
