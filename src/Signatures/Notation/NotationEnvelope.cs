using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.Cose;
using System.Text;
using System.Text.Json;
using OrleansRegistry.Oci;
using OrleansRegistry.Signatures.Cosign;

namespace OrleansRegistry.Signatures.Notation;

/// <summary>
/// One signature as notation attaches it to an image, in JWS or in COSE. <b>Nothing of it is verified</b>, and its
/// certificates are not looked at: <see cref="WasMadeBy"/> asks whether one public key made it. Source: notaryproject,
/// specifications, signature-envelope-jws.md and signature-envelope-cose.md.
/// </summary>
public sealed class NotationEnvelope
{
    /// <summary>The media type of a layer that is a JWS.</summary>
    public const string Jws = "application/jose+json";

    /// <summary>The media type of a layer that is a COSE message.</summary>
    public const string Cose = "application/cose";

    private static readonly JsonDocumentOptions Strict = new()
    {
        MaxDepth = SignatureLimits.MaxPayloadDepth,
        AllowDuplicateProperties = false,
    };

    private readonly Func<AsymmetricAlgorithm, bool> _verify;

    private NotationEnvelope(Digest? image, Func<AsymmetricAlgorithm, bool> verify) => (Image, _verify) = (image, verify);

    /// <summary>The digest of the image that it says it is of; null where it names none.</summary>
    public Digest? Image { get; }

    /// <summary>Reads an envelope. False for what is none, or of an algorithm that notation does not use.</summary>
    public static bool TryRead(string mediaType, byte[] bytes, [NotNullWhen(true)] out NotationEnvelope? envelope)
    {
        envelope = null;
        try
        {
            envelope = mediaType switch
            {
                Jws => ReadJws(bytes),
                Cose => ReadCose(bytes),
                _ => null,
            };
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException
            or FormatException or CryptographicException)
        {
            return false;
        }

        return envelope is not null;
    }

    /// <summary>Whether that key made it.</summary>
    public bool WasMadeBy(CosignPublicKey key)
    {
        using var opened = key.Open();
        try
        {
            return opened is not null && _verify(opened);
        }
        catch (CryptographicException)
        {
            return false; // another kind of key than the algorithm that it names is for
        }
    }

    private static NotationEnvelope? ReadJws(byte[] bytes)
    {
        using var json = JsonDocument.Parse(bytes, Strict);
        var (payload, header) = (Text("payload"), Text("protected"));
        var value = Base64Url.DecodeFromChars(Text("signature"));
        using var named = JsonDocument.Parse(Base64Url.DecodeFromChars(header), Strict);
        if (named.RootElement.GetProperty("alg").GetString() is not { Length: 5 } algorithm
            || HashOf(algorithm) is not { } hash)
            return null;
        var signed = Encoding.ASCII.GetBytes($"{header}.{payload}");
        return new(ImageOf(Base64Url.DecodeFromChars(payload)), key => (key, algorithm[..2]) switch
        {
            (RSA rsa, "PS") => rsa.VerifyData(signed, value, hash, RSASignaturePadding.Pss),
            (ECDsa ecdsa, "ES") => ecdsa.VerifyData(signed, value, hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
            _ => false,
        });

        string Text(string name) => json.RootElement.GetProperty(name).GetString() ?? "";
    }

    private static NotationEnvelope? ReadCose(byte[] bytes)
    {
        var message = CoseMessage.DecodeSign1(bytes);
        return message.Content is { } content
            ? new(ImageOf(content.ToArray()), key => message.VerifyEmbedded(key, []))
            : null;
    }

    // Source: RFC 7518, 3.1.
    private static HashAlgorithmName? HashOf(string algorithm) => algorithm[2..] switch
    {
        "256" => HashAlgorithmName.SHA256,
        "384" => HashAlgorithmName.SHA384,
        "512" => HashAlgorithmName.SHA512,
        _ => null,
    };

    private static Digest? ImageOf(byte[] payload)
    {
        using var json = JsonDocument.Parse(payload, Strict);
        return json.RootElement.GetProperty("targetArtifact").GetProperty("digest").GetString() is { } text
            && Digest.TryParse(text, out var digest)
                ? digest
                : null;
    }
}
