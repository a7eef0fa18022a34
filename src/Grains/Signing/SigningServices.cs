using System.Collections.Concurrent;
using System.Text;
using OrleansRegistry.Content;
using OrleansRegistry.Signatures.Signing;

namespace OrleansRegistry.Signing;

/// <summary>The signing services that this node has opened: opening a key takes a tenth of a second.</summary>
internal sealed class SigningServices(
    ISigningServiceStore store,
    SigningThreads threads,
    ScriptProgram program,
    IContentReader content,
    ISignatureGate gate,
    TimeProvider clock)
{
    private readonly ConcurrentDictionary<Guid, OpenService> _open = new();

    /// <exception cref="ProblemException">There is no such service, or its key cannot be opened.</exception>
    public async Task<OpenService> OpenAsync(Guid id, CancellationToken cancellationToken) =>
        await OpenAsync(await FindAsync(id, cancellationToken), cancellationToken);

    /// <summary>The service, if its key may sign now.</summary>
    /// <exception cref="ProblemException">It does not exist, or its key is revoked, expired or cannot be opened.</exception>
    public async Task<OpenService> RequireAsync(Guid id, CancellationToken cancellationToken)
    {
        var record = await FindAsync(id, cancellationToken);
        if (record.Kind is not SigningKind.Cosign && WhyUnusable(record) is { } refusal)
            throw Refused(record, refusal);
        if (await WhyRevokedAsync(record, cancellationToken) is { } revoked)
            throw Refused(record, revoked);
        if (record.Script is { } script && program.WhyForbidden(script) is { } forbidden)
            throw Refused(record, forbidden);
        return await OpenAsync(record, cancellationToken);
    }

    /// <summary>Lets go of a service that was deleted.</summary>
    public void Forget(Guid id) => _open.TryRemove(id, out _);

    private async Task<OpenService> OpenAsync(SigningServiceRecord record, CancellationToken cancellationToken) =>
        _open.TryGetValue(record.Id, out var known)
            ? known
            : _open.GetOrAdd(record.Id, Open(record, await store.FindSecretAsync(record.Id, cancellationToken)));

    // Whichever node deleted it: each lets go of the key when it is asked for it next.
    private async Task<SigningServiceRecord> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(id, cancellationToken) is { } record)
            return record;
        Forget(id);
        throw new ProblemException(
            ProblemKind.NameUnknown, "The signing service does not exist any more.", id.ToString());
    }

    internal OpenService Open(SigningServiceRecord record, SigningSecret? secret)
    {
        try
        {
            return record.Kind switch
            {
                SigningKind.OpenPgp => new(record, OpenKey(Held(record, secret)), null),
                SigningKind.Script => new(
                    record, new ScriptSigner(record, OpenService.KeysOf(record), program, content, clock), null),
                SigningKind.Cosign => new(
                    record, null, OpenCosign(Held(record, secret))),
            };
        }
        catch (SecretKeyException refused)
        {
            throw Refused(record, refused.Message);
        }
    }

    private KeySigner OpenKey(SigningSecret secret) =>
        new(OpenPgpSecretKey.Import(secret.Key, secret.Passphrase, clock.GetUtcNow()).Signer, threads, clock);

    private static CosignKey OpenCosign(SigningSecret secret) =>
        CosignKey.Import(Encoding.ASCII.GetString(secret.Key), secret.Passphrase);

    private static SigningSecret Held(SigningServiceRecord record, SigningSecret? secret) =>
        secret ?? throw Refused(record, "its key was lost together with secret.key; create another service.");

    private string? WhyUnusable(SigningServiceRecord record) => OpenPgpSecretKey.WhyUnusable(
        Encoding.ASCII.GetBytes(record.PublicKey),
        record.Kind is SigningKind.Script ? null : record.Fingerprint,
        clock.GetUtcNow());

    private async Task<string?> WhyRevokedAsync(SigningServiceRecord record, CancellationToken cancellationToken)
    {
        var withheld = (await gate.AskAsync(cancellationToken)).RequireConfirmed();
        string[] names = record.Kind is SigningKind.Cosign
            ? [record.Fingerprint.ToUpperInvariant()]
            : [.. OpenService.KeysOf(record).Certificates.SelectMany(one => one.SubkeyFingerprints.Prepend(one.Fingerprint))];
        return names.Select(name => withheld.Find(SignatureFilter.KeyIdOf(name), name)).FirstOrDefault(key => key is not null)
            is { } found ? $"its key {found.Fingerprint ?? found.KeyId} is revoked here{found.Why}." : null;
    }

    private static ProblemException Refused(SigningServiceRecord record, string why) =>
        new(ProblemKind.SignatureInvalid, $"The signing service '{record.Name}' cannot sign: {why}", record.Name);
}
