using OrleansRegistry.Oci;
using OrleansRegistry.Signatures.Keys;

namespace OrleansRegistry.Signatures.Signing;

/// <summary>An OpenPGP secret key that signs images: its public certificate, and the one of its keys that signs.</summary>
/// <remarks>
/// That is the primary key where it may sign: clients of containers/image before 5.37 refuse signatures by subkeys. Else
/// it is the newest subkey that may. What is secret never leaves this object but by <see cref="Signer"/>.
/// </remarks>
public sealed class OpenPgpSecretKey
{
    private OpenPgpSecretKey(byte[] certificate, SigningKey signing, PrivateKey key)
    {
        PublicKey = PublicArmor.Write(certificate);
        Fingerprint = signing.Packet.Fingerprint;
        Signer = new(key, signing.Packet.FingerprintBytes);
    }

    /// <summary>The public certificate, armored: for gpg, and for the policies of clients.</summary>
    public string PublicKey { get; }

    /// <summary>Of the key that signs: 40 upper-case hex digits.</summary>
    public string Fingerprint { get; }

    public OpenPgpSigner Signer { get; }

    /// <summary>Opens an export of one secret key, binary or armored.</summary>
    /// <param name="file">What <c>gpg --export-secret-keys</c> wrote.</param>
    /// <param name="passphrase">What protects it; empty where nothing does.</param>
    /// <param name="now">The key must be valid then.</param>
    /// <exception cref="SecretKeyException">
    /// The passphrase is wrong, or no key of it may sign now: expired, revoked, for another purpose, not supported.
    /// </exception>
    public static OpenPgpSecretKey Import(ReadOnlySpan<byte> file, string passphrase, DateTimeOffset now)
    {
        var certificate = PublicPart.Of(file);
        var signing = Choose(certificate, SecretsIn(file), now);
        var key = new OpenPgpSecretKey(certificate, signing, SecretKeyRing.Extract(file, signing.Packet, passphrase));
        return key.Signs(certificate, now)
            ? key
            : throw new SecretKeyException(
                "The secret key does not fit its public part: the file is damaged, or the secret itself is elsewhere, as on a "
                + "card.");
    }

    /// <summary>Why signatures by that key count for nothing at that time, in a sentence; null if they count.</summary>
    /// <param name="certificate">The public certificate, armored or binary.</param>
    /// <param name="fingerprint">Of the key in it that signs; null for whichever may.</param>
    /// <param name="now">The time.</param>
    public static string? WhyUnusable(ReadOnlyMemory<byte> certificate, string? fingerprint, DateTimeOffset now)
    {
        var reader = new CertificateReader();
        reader.Read(certificate.Span);
        var keys = reader.Certificates.SelectMany(SigningKey.Of)
            .Where(key => fingerprint is null || key.Packet.Fingerprint == fingerprint).ToList();
        var objections = keys.Select(key => key.Object(now)).ToList();
        return keys.Count == 0 ? "The certificate does not hold the key."
            : objections.Contains(null) ? null
            : objections[0]!.Why;
    }

    // What opens need not be the key: a signature shows it.
    private bool Signs(byte[] certificate, DateTimeOffset now)
    {
        var sample = Digest.Sha256(certificate);
        return Verifier.Verify(
            Signer.Sign(sample, "sample.invalid/sample:latest", now), sample, TrustedKeys.Load(certificate), now)
            is Verdict.Accepted;
    }

    private static SigningKey Choose(byte[] certificate, HashSet<string> secrets, DateTimeOffset now)
    {
        var reader = new CertificateReader();
        reader.Read(certificate);
        if (reader.Certificates.Count != 1)
            throw new SecretKeyException(
                reader.Skipped is [var why, ..] ? why : "The file holds several keys; give one of them.");
        var all = SigningKey.Of(reader.Certificates.First()).ToList();
        var ready = all.Where(key => secrets.Contains(key.Packet.Fingerprint) && key.Object(now) is null).ToList();
        return ready.Count == 0
            ? throw new SecretKeyException(
                WhyUnsupported(all)
                ?? all.Select(key => key.Object(now)?.Why).OfType<string>().FirstOrDefault()
                ?? "The file holds the secret part of no key that may sign.")
            : ready[0] == all[0] ? ready[0] : ready.MaxBy(key => key.Packet.CreatedAt)!;
    }

    // Such a key cannot vouch for itself either, which would be a puzzling thing to read.
    private static string? WhyUnsupported(List<SigningKey> keys) =>
        keys.TrueForAll(key => key.Packet.Verifying is null)
            ? $"Keys like that cannot sign here: {keys[0].Packet.Unusable}"
            : null;

    private static HashSet<string> SecretsIn(ReadOnlySpan<byte> file)
    {
        try
        {
            return SecretKeyRing.Fingerprints(file);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException) // BouncyCastle throws all sorts
        {
            throw new SecretKeyException("The file is no OpenPGP secret key, or a damaged one.");
        }
    }
}
