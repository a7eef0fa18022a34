using System.Text.Json;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Signatures.Tests;

/// <summary>The files below <c>fixtures/</c>: made by gpg and skopeo, with what those tools said about each.</summary>
internal static class Fixtures
{
    /// <summary>After every key and signature was made, and after the expired ones lapsed.</summary>
    public static readonly DateTimeOffset Now = new(2025, 6, 1, 0, 0, 0, TimeSpan.Zero);

    public static readonly DateTimeOffset SignedAt = DateTimeOffset.FromUnixTimeSeconds(1709294400);

    public static readonly Digest Manifest =
        Digest.Parse("sha256:e5c8f4dfed8adcf280c2cf8f06b2ea634d3bca38358e3048552ab6024fa62908");

    public static readonly TrustedKeys TrustedRing = TrustedKeys.Load(Read("keys/trusted-ring.pub.gpg"));

    public static IReadOnlyList<ExpectedSignature> Expected { get; } = JsonSerializer.Deserialize<List<ExpectedSignature>>(
        Read("expected-signatures.json"), JsonSerializerOptions.Web)!;

    public static byte[] Read(string name) =>
        File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "fixtures", name));

    public static ExpectedSignature Find(string file) => Expected.Single(expected => expected.File == file);

    /// <summary>
    /// The digest that a signature of the manifest must name: for signed schema 1 not that of the file.
    /// </summary>
    public static Digest DigestOf(string manifest) => manifest == "manifests/schema1-signed.json"
        ? Digest.Parse("sha256:e3a3dd95a5d3df5c54821c79ab1d47ec18680d1d710ba6c67ac41d58720bfd66")
        : Digest.Sha256(Read(manifest));

    public static AtomicSignature Parse(byte[] blob) =>
        AtomicSignature.TryParse(blob, out var signature, out var refusal)
            ? signature
            : throw new FormatException(refusal);
}

/// <summary>One entry of expected-signatures.json.</summary>
internal sealed record ExpectedSignature(
    string File,
    string Manifest,
    string Strict,
    string? Skopeo_1_9_3,
    string? Skopeo_1_18,
    bool LookasideFirstByteOk,
    int Version,
    int PkAlgo,
    int HashAlgo,
    string? KeyId,
    string? Fingerprint,
    long Created,
    string? PayloadDigest,
    string? PayloadReference)
{
    public override string ToString() => File;
}
