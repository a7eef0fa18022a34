using OrleansRegistry.Content;
using OrleansRegistry.Lists;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;
using OrleansRegistry.Resources;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Management;

/// <summary>What actions look up before they send their change off: what cannot succeed is refused at once.</summary>
internal sealed class ActionChecks(
    ContentUnits units,
    IHeadReader head,
    IListing<VersionRecord> versions,
    IListing<SignatureRecord> signatures,
    IKnownKeys knownKeys)
{
    public ContentUnits Units => units;

    /// <exception cref="RefusedException">The repository's newest version does not hold the manifest.</exception>
    public Task RequireAsync(RepositoryRecord repository, Digest manifest, CancellationToken cancellationToken) =>
        RequireAsync(
            repository, ContentUnit.Manifest(manifest).InRepository,
            $"A manifest with the digest '{manifest}' does not exist in the latest version ({repository.Head}).",
            cancellationToken);

    /// <exception cref="RefusedException">The repository's newest version has no such tag.</exception>
    public Task RequireAsync(RepositoryRecord repository, Tag tag, CancellationToken cancellationToken) =>
        RequireAsync(
            repository, ContentKey.Tag(tag),
            $"The tag '{tag}' does not exist in the latest version ({repository.Head}).",
            cancellationToken);

    /// <exception cref="RefusedException">The repository has no such version.</exception>
    public async Task RequireVersionAsync(Guid repository, int number, CancellationToken cancellationToken)
    {
        var wanted = Match.Of("pulp_href__in", ResourceReference.Version(repository, number));
        if (await versions.FindAsync(wanted, cancellationToken) is null)
            throw RefusedException.Field("number", $"The repository has no version {number}.");
    }

    /// <exception cref="RefusedException">The repository's newest version has no signature for which all that holds.</exception>
    public async Task RequireSignaturesAsync(
        Guid repository, RemoveSignatures wanted, CancellationToken cancellationToken)
    {
        var conditions = new List<Condition>
        {
            Match.Of("repository_version", new ResourceReference(ResourceKind.Repository, repository)),
        };
        if (wanted.Key is { } key)
            conditions.Add(new Disjunction(
                [.. (await knownKeys.WithSubkeysAsync(key, cancellationToken)).Select(ByKey)]));
        if (wanted.Manifest is { } manifest)
            conditions.Add(Match.Of("manifest", manifest.ToString()));
        if (wanted.Ids is { } listed)
            conditions.Add(new Match("pulp_id__in", [.. listed.Cast<object?>()]));
        if (await signatures.FindAsync(new Conjunction(conditions), cancellationToken) is null)
            throw RefusedException.Field(
                PulpError.WholeObject, "The latest version of the repository has no such signature.");
    }

    private async Task RequireAsync(
        RepositoryRecord repository, ContentKey key, string refusal, CancellationToken cancellationToken)
    {
        if ((await head.FindAsync(repository.Id, [key], cancellationToken)).Count == 0)
            throw RefusedException.Field(PulpError.WholeObject, refusal);
    }

    // A signature may name its key by the id alone, which follows from the fingerprint.
    private static Condition ByKey(string key) => key.Length == 16
        ? Match.Of("key_id", key)
        : new Disjunction([Match.Of("fingerprint", key), Match.Of("key_id", SignatureFilter.KeyIdOf(key))]);
}
