using OrleansRegistry.Collection;
using OrleansRegistry.Hosting;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;
using OrleansRegistry.Signatures;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Content;

/// <inheritdoc cref="IManifestGrain"/>
public sealed class ManifestGrain(
    ISignatureStore signatures, IContentReader content, IContentSets sets, ICollectionStore collection, ISignatureGate gate,
    IRefusals refusals, RestingGrains resting)
    : Grain, IManifestGrain
{
    private Digest Digest => Digest.Parse(this.GetPrimaryKeyString());

    public async Task<int> AddSignatureAsync(Guid repository, byte[] signature)
    {
        if (!AtomicSignature.TryParse(signature, out var parsed, out var refusal))
            throw Invalid(refusal);
        var signed = await SignedDigestAsync();
        if (parsed.ManifestDigest != signed)
            throw Invalid($"The signature is of {parsed.ManifestDigest}, not of {signed}.");

        var child = parsed.Of(Digest, signature);
        if (await (await gate.AskAsync()).RequireConfirmed().FindAsync(child, sets, CancellationToken.None) is { } key)
        {
            await refusals.CountAsync(key.Number);
            throw Refusals.Of(key, Digest.ToString());
        }

        await signatures.AddAsync(child);
        return await GrainFactory.Repository(repository).ApplyAsync(
            new AddSignature(child.Unit, child.Statement, signature.Length));
    }

    public async Task<bool> CollectAsync(DateTimeOffset before)
    {
        var collected = await collection.CollectManifestAsync(Digest, before);
        resting.Add(GrainContext, () => true);
        return collected;
    }

    // Signatures always name the SHA-256 digest, whatever algorithm names the manifest here.
    private async Task<Digest> SignedDigestAsync()
    {
        if (Digest.Algorithm == "sha256")
            return Digest;
        var manifest = await content.FindManifestAsync(Digest);
        return manifest?.OtherName ?? throw new ProblemException(
            ProblemKind.ManifestUnknown, "There is no such manifest.", Digest.ToString());
    }

    private ProblemException Invalid(string why) => new(ProblemKind.SignatureInvalid, why, Digest.ToString());
}
