using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using OrleansRegistry.Oci;
using OrleansRegistry.Signatures.OpenPgp;

namespace OrleansRegistry.Signatures.Cosign;

/// <summary>
/// One signature as cosign attaches it to an image: over a payload of simple signing, or over a statement in a bundle.
/// <b>Nothing of it is verified</b>: <see cref="CosignPublicKey.Accepts"/> does that. Source: sigstore, cosign, SPEC.md; sigstore
/// protobuf-specs, bundle; secure-systems-lab, DSSE; in-toto attestation, statement.
/// </summary>
public sealed class AttachedSignature
{
    private const string StatementType = "application/vnd.in-toto+json";

    // An attestation says something of an image; only this one says that it is signed.
    private const string SignPredicate = "https://sigstore.dev/cosign/sign/v1";

    private static readonly JsonDocumentOptions Strict = new()
    {
        MaxDepth = SignatureLimits.MaxPayloadDepth,
        AllowDuplicateProperties = false,
    };

    private readonly byte[] _payload;
    private AttachedSignature(byte[] payload, byte[] signed, byte[] value, bool isStatement) =>
        (_payload, Signed, Value, IsStatement) = (payload, signed, value, isStatement);

    /// <summary>The digest of the image that it says it is of, the first of several; null where it names none.</summary>
    public Digest? Image => Read<Digest?>(payload => ImagesOf(payload).FirstOrDefault());

    /// <summary>Whether it says that an image is signed; an attestation states something else of it.</summary>
    public bool IsOfSigning => !IsStatement
        || Read(statement => statement.GetProperty("predicateType").ValueEquals(SignPredicate));

    /// <summary>Whether it is a statement, which names images by digest alone, and not a payload of simple signing.</summary>
    internal bool IsStatement { get; }

    /// <summary>The bytes that were signed.</summary>
    internal byte[] Signed { get; }

    /// <summary>The value of the signature.</summary>
    internal byte[] Value { get; }

    /// <summary>A layer of a signature's manifest, and what its annotation says, decoded.</summary>
    public static AttachedSignature OfPayload(byte[] payload, byte[] value) =>
        new(payload, payload, value, isStatement: false);

    /// <summary>Reads a bundle. False for what is none, or states something else than that an image is signed.</summary>
    public static bool TryReadBundle(ReadOnlyMemory<byte> json, [NotNullWhen(true)] out AttachedSignature? signature) =>
        TryReadStatement(json, out signature) && signature.IsOfSigning;

    /// <summary>Reads a statement, in a bundle or in an envelope of its own. False for what is none, or has two signatures.</summary>
    public static bool TryReadStatement(ReadOnlyMemory<byte> json, [NotNullWhen(true)] out AttachedSignature? signature)
    {
        signature = null;
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            if (!document.RootElement.TryGetProperty("dsseEnvelope", out var envelope))
                envelope = document.RootElement;
            if (!envelope.GetProperty("payloadType").ValueEquals(StatementType)
                || envelope.GetProperty("signatures") is not { ValueKind: JsonValueKind.Array } signatures
                || signatures.GetArrayLength() != 1
                || !signatures[0].GetProperty("sig").TryGetBytesFromBase64(out var value)
                || !envelope.GetProperty("payload").TryGetBytesFromBase64(out var statement))
                return false;
            signature = new(statement, Encode(statement), value, isStatement: true);
            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return false;
        }
    }

    /// <summary>Whether it says that it is of that image.</summary>
    /// <param name="image">The SHA-256 digest of the image's manifest.</param>
    public bool SpeaksOf(Digest image) => Read(payload => ImagesOf(payload).Any(one => one == image));

    /// <summary>Reads the payload as strictly as clients do. False, with one sentence, for what departs from its schema.</summary>
    internal bool TryReadPayload(
        [NotNullWhen(true)] out SignaturePayload? payload, [NotNullWhen(false)] out string? refusal)
    {
        try
        {
            (payload, refusal) = (SignaturePayload.Parse(_payload, PayloadSchema.Cosign), null);
            return true;
        }
        catch (MalformedException malformed)
        {
            (payload, refusal) = (null, malformed.Message);
            return false;
        }
    }

    private IEnumerable<Digest?> ImagesOf(JsonElement payload) => IsStatement
        ? payload.GetProperty("subject").EnumerateArray()
            .SelectMany(subject => subject.GetProperty("digest").EnumerateObject())
            .Select(named => Parse($"{named.Name}:{named.Value.GetString()}"))
        : [Parse(payload.GetProperty("critical").GetProperty("image").GetProperty("docker-manifest-digest").GetString())];

    private static Digest? Parse(string? text) => text is not null && Digest.TryParse(text, out var digest) ? digest : null;

    // The pre-authentication encoding: type and body, each after its length.
    private static byte[] Encode(byte[] statement) =>
    [
        .. Encoding.UTF8.GetBytes($"DSSEv1 {StatementType.Length} {StatementType} {statement.Length} "), .. statement,
    ];

    private T? Read<T>(Func<JsonElement, T?> read)
    {
        try
        {
            using var json = JsonDocument.Parse(_payload, Strict);
            return read(json.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return default;
        }
    }
}
