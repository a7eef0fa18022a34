using System.Text;
using OrleansRegistry.Oci;
using OrleansRegistry.Signatures;
using OrleansRegistry.Signatures.Signing;

namespace OrleansRegistry.Signing;

/// <inheritdoc cref="ISigningServiceCreation"/>
internal sealed class SigningServiceCreation(
    ISigningServiceStore store, SigningServices services, ScriptProgram program, TimeProvider clock)
    : ISigningServiceCreation
{
    private const int MaxName = 255;
    private const string SampleReference = "registry.example.invalid/sample:latest";

    private static readonly byte[] Sample = Encoding.UTF8.GetBytes(
        """{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}""");

    public async Task<SigningServiceRecord> CreateAsync(
        WantedSigningService wanted, CancellationToken cancellationToken)
    {
        RefuseContradictions(wanted);
        try
        {
            var (record, secret) = wanted.Kind switch
            {
                SigningKind.OpenPgp => OpenPgp(wanted),
                SigningKind.Script => (Script(wanted), null),
                SigningKind.Cosign => Cosign(wanted),
            };
            await TryOutAsync(services.Open(record, secret), cancellationToken);
            await store.AddAsync(record, secret, cancellationToken);
            return record;
        }
        catch (SecretKeyException refused)
        {
            throw Refused("key", refused.Message);
        }
        catch (SigningFailedException failed)
        {
            throw Refused("script", failed.Message);
        }
    }

    // What would be passed over in silence is what somebody counted on.
    private static void RefuseContradictions(WantedSigningService wanted)
    {
        if (wanted.Name.Trim() != wanted.Name || wanted.Name.Length is 0 or > MaxName)
            throw Refused(
                "name", $"A name has 1 to {MaxName} characters, without blanks at its ends.");
        if (wanted.Rights.WhyInvalid() is var (field, invalid))
            throw Refused(field, invalid);
        var isScript = wanted.Kind is SigningKind.Script;
        foreach (var (part, isGiven, refusal) in new[]
        {
            ("generate", wanted.Generate is not null && wanted.Key is not null, "Either import a key, or generate one."),
            ("generate", wanted.Generate is not null && isScript, "A script service holds no key of its own."),
            ("key", wanted.Key is not null && isScript, "A script service holds no key of its own."),
            ("passphrase", wanted.Passphrase.Length > 0 && wanted.Key is null, "A passphrase comes with a key to import."),
            ("script", wanted.Script is not null && !isScript, "Only a script service has a script."),
            ("public_key", wanted.PublicKey is not null && !isScript, "The public key is taken out of the secret one."),
            (
                "attachment", wanted.Attachment is not null && wanted.Kind is not SigningKind.Cosign,
                "Only signatures of cosign are attached to images."),
            (
                "generate", wanted is { Kind: SigningKind.Cosign, Generate: not null and not WantedSigningService.CosignKeyKind },
                $"A cosign key is an ECDSA key on the curve P-256: {WantedSigningService.CosignKeyKind}."),
        })
            if (isGiven)
                throw Refused(part, refusal);
    }

    private (SigningServiceRecord, SigningSecret?) OpenPgp(WantedSigningService wanted)
    {
        var now = clock.GetUtcNow();
        var bytes = wanted.Generate is { } kind
            ? OpenPgpKeyGenerator.Generate(Enum.Parse<OpenPgpKeyKind>(kind, ignoreCase: true), wanted.Name, now)
            : Required(wanted.Key, "key", "Give a secret key to import, or say which kind to generate.");
        var key = OpenPgpSecretKey.Import(bytes, wanted.Passphrase, now);
        return (Record(wanted, key.PublicKey, key.Fingerprint), new(bytes, wanted.Passphrase));
    }

    private SigningServiceRecord Script(WantedSigningService wanted)
    {
        var script = Required(wanted.Script, "script", "A script service needs the absolute path of its program.");
        if (program.WhyForbidden(script) is { } refusal)
            throw Refused("script", refusal);
        var publicKey = Required(
            wanted.PublicKey, "public_key", "A script service needs the OpenPGP certificate that it signs for.");
        var keys = TrustedKeys.Load(Encoding.ASCII.GetBytes(publicKey));
        return keys.Certificates is [var certificate]
            ? Record(wanted, publicKey, certificate.Fingerprint) with { Script = script }
            : throw Refused(
                "public_key", keys.Skipped is [var why, ..] ? why : "Give exactly one OpenPGP certificate.");
    }

    private (SigningServiceRecord, SigningSecret?) Cosign(WantedSigningService wanted)
    {
        var pem = wanted.Generate is not null
            ? Encoding.ASCII.GetBytes(CosignKey.Generate())
            : Required(wanted.Key, "key", "Give a private key to import, or say that one is to be generated.");
        var (kept, passphrase) = CosignKey.ToKeep(Encoding.ASCII.GetString(pem), wanted.Passphrase);
        var key = CosignKey.Import(kept, passphrase);
        var record = Record(wanted, key.PublicKey, key.Fingerprint) with
        {
            Attachment = wanted.Attachment ?? CosignAttachment.Tag,
        };
        return (record, new(Encoding.ASCII.GetBytes(kept), passphrase));
    }

    // A key that opens can sign; a program must show it.
    private static async Task TryOutAsync(OpenService service, CancellationToken cancellationToken)
    {
        if (service.Atomic is not ScriptSigner signer)
            return;
        var digest = Digest.Sha256(Sample);
        await signer.SignAsync(Sample, new(digest, digest, SampleReference), cancellationToken);
    }

    private SigningServiceRecord Record(WantedSigningService wanted, string publicKey, string fingerprint) => new(
        Guid.CreateVersion7(), wanted.Name, wanted.Kind, publicKey, fingerprint, null, null, clock.GetUtcNow())
    {
        Rights = wanted.Rights,
    };

    private static T Required<T>(T? value, string part, string refusal)
        where T : class =>
        value ?? throw Refused(part, refusal);

    private static ProblemException Refused(string field, string why) => new(ProblemKind.FieldInvalid, why, field);
}
