using Microsoft.AspNetCore.Http;
using OrleansRegistry.Content;
using OrleansRegistry.Lists;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;
using OrleansRegistry.Resources;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Management;

/// <summary>The actions on one repository: checked now, done by a task. Source: Pulp's REST: repository actions.</summary>
internal sealed class RepositoryActions(
    IListing<RepositoryRecord> repositories,
    IListing<VersionRecord> versionList,
    IListing<SignatureRecord> signatures,
    IHeadReader head,
    IKnownKeys knownKeys,
    References references,
    ContentUnits units,
    Dispatch dispatch)
{
    public async Task<IResult> AddAsync(Guid id, HttpContext context, CancellationToken cancellationToken)
    {
        var (_, values) = await ReadAsync(id, ActionBodies.Add, context, cancellationToken);
        var content = await units.ReadAsync(
            "content_units", values.Get<List<string>>("content_units", []), cancellationToken);
        return await dispatch.SendAsync(RepositoryTasks.Add(id, content, values.Get("require_manifest", false)));
    }

    public async Task<IResult> RemoveAsync(Guid id, HttpContext context, CancellationToken cancellationToken)
    {
        var (_, values) = await ReadAsync(id, ActionBodies.Remove, context, cancellationToken);
        return await dispatch.SendAsync(RepositoryTasks.Remove(id, await units.ReadOrAllAsync(
            "content_units", values.Get<List<string>>("content_units", []), cancellationToken)));
    }

    public async Task<IResult> ModifyAsync(Guid id, HttpContext context, CancellationToken cancellationToken)
    {
        var (_, values) = await ReadAsync(id, ActionBodies.Modify, context, cancellationToken);
        return await dispatch.SendAsync(RepositoryTasks.Modify(
            id,
            await units.ReadOrAllAsync(
                "remove_content_units", values.Get<List<string>>("remove_content_units", []), cancellationToken),
            await units.ReadAsync(
                "add_content_units", values.Get<List<string>>("add_content_units", []), cancellationToken)));
    }

    public async Task<IResult> TagAsync(Guid id, HttpContext context, CancellationToken cancellationToken)
    {
        var (repository, values) = await ReadAsync(id, ActionBodies.Tag, context, cancellationToken);
        var digest = Digest.Parse(values.Get("digest", ""));
        await RequireAsync(repository, digest, cancellationToken);
        return await dispatch.SendAsync(RepositoryTasks.Tag(id, Tag.Parse(values.Get("tag", "")), digest));
    }

    public async Task<IResult> UntagAsync(Guid id, HttpContext context, CancellationToken cancellationToken)
    {
        var (repository, values) = await ReadAsync(id, ActionBodies.Untag, context, cancellationToken);
        var tag = values.Get("tag", "");
        await RequireAsync(
            repository, new(ContentKind.Tag, tag),
            $"The tag '{tag}' does not exist in the latest version ({repository.Head}).",
            cancellationToken);
        return await dispatch.SendAsync(RepositoryTasks.Untag(id, Tag.Parse(tag)));
    }

    public async Task<IResult> CopyTagsAsync(Guid id, HttpContext context, CancellationToken cancellationToken)
    {
        var (_, values) = await ReadAsync(id, ActionBodies.CopyTags, context, cancellationToken);
        var (source, version) = SourceOf(values);
        return await dispatch.SendAsync(RepositoryTasks.CopyTags(
            id, source, version, values.Find<List<string>>("names")?.ToArray(), values.Get("with_signatures", false)));
    }

    public async Task<IResult> CopyManifestsAsync(Guid id, HttpContext context, CancellationToken cancellationToken)
    {
        var (_, values) = await ReadAsync(id, ActionBodies.CopyManifests, context, cancellationToken);
        var (source, version) = SourceOf(values);
        return await dispatch.SendAsync(RepositoryTasks.CopyManifests(
            id, source, version, values.Find<List<string>>("digests")?.ToArray(),
            values.Find<List<string>>("media_types")?.ToArray(), values.Get("with_signatures", false)));
    }

    public async Task<IResult> RemoveImageAsync(Guid id, HttpContext context, CancellationToken cancellationToken)
    {
        var (repository, values) = await ReadAsync(id, ActionBodies.RemoveImage, context, cancellationToken);
        var digest = Digest.Parse(values.Get("digest", ""));
        await RequireAsync(repository, digest, cancellationToken);
        return await dispatch.SendAsync(RepositoryTasks.RemoveImage(id, digest));
    }

    /// <summary>By key, by image, by a list: what is given must hold all together; nothing means all.</summary>
    public async Task<IResult> RemoveSignaturesAsync(Guid id, HttpContext context, CancellationToken cancellationToken)
    {
        var (_, values) = await ReadAsync(id, ActionBodies.RemoveSignatures, context, cancellationToken);
        var key = values.Get<string?>("signed_with_key_id", null)?.ToUpperInvariant();
        var manifest = values.Get<string?>("digest", null);
        var listed = values.Find<List<string>>("content_units") is { } content
            ? await units.ReadOrAllAsync("content_units", content, cancellationToken)
            : null;
        if (key is not null && !key.All(char.IsAsciiHexDigit) || key?.Length is not (null or 16 or 40 or 64))
            throw RefusedException.Field(
                "signed_with_key_id", "Enter a key id of 16 hexadecimal digits, or a fingerprint of 40 or 64.");
        await RequireSignaturesAsync(id, key, manifest, listed, cancellationToken);
        return await dispatch.SendAsync(RepositoryTasks.RemoveSignatures(
            id, listed, key, manifest is null ? null : Digest.Parse(manifest)));
    }

    public async Task<IResult> RollBackAsync(Guid id, HttpContext context, CancellationToken cancellationToken)
    {
        var (_, values) = await ReadAsync(id, ActionBodies.RollBack, context, cancellationToken);
        var number = values.Get("number", 0);
        var version = await versionList.FindAsync(
            Match.Of("pulp_href__in", ResourceReference.Version(id, number)), cancellationToken);
        return version is null
            ? throw RefusedException.Field("number", $"The repository has no version {number}.")
            : await dispatch.SendAsync(RepositoryTasks.RollBack(id, number));
    }

    private async Task<(RepositoryRecord, BodyValues)> ReadAsync(
        Guid id, Body body, HttpContext context, CancellationToken cancellationToken)
    {
        var repository = await repositories.GetAsync(id, cancellationToken);
        return (repository, await body.ReadAsync(context.Request, references, cancellationToken));
    }

    private Task RequireAsync(RepositoryRecord repository, Digest manifest, CancellationToken cancellationToken) =>
        RequireAsync(
            repository, new(ContentKind.Manifest, manifest.ToString()),
            $"A manifest with the digest '{manifest}' does not exist in the latest version ({repository.Head}).",
            cancellationToken);

    private async Task RequireAsync(
        RepositoryRecord repository, ContentKey key, string refusal, CancellationToken cancellationToken)
    {
        if ((await head.FindAsync(repository.Id, [key], cancellationToken)).Count == 0)
            throw RefusedException.Field(PulpError.WholeObject, refusal);
    }

    private async Task RequireSignaturesAsync(
        Guid repository, string? key, string? manifest, Guid[]? listed, CancellationToken cancellationToken)
    {
        var conditions = new List<Condition>
        {
            Match.Of("repository_version", new ResourceReference(ResourceKind.Repository, repository)),
        };
        if (key is not null)
            conditions.Add(new Disjunction(
                [.. (await knownKeys.WithSubkeysAsync(key, cancellationToken)).Select(ByKey)]));
        if (manifest is not null)
            conditions.Add(Match.Of("manifest", manifest));
        if (listed is not null)
            conditions.Add(new Match("pulp_id__in", [.. listed.Cast<object?>()]));
        if (await signatures.FindAsync(new Conjunction(conditions), cancellationToken) is null)
            throw RefusedException.Field(
                PulpError.WholeObject, "The latest version of the repository has no such signature.");
    }

    // A signature may name its key by the id alone, which follows from the fingerprint.
    private static Condition ByKey(string key) => key.Length == 16
        ? Match.Of("key_id", key)
        : new Disjunction([Match.Of("fingerprint", key), Match.Of("key_id", SignatureFilter.KeyIdOf(key))]);

    private static (Guid Repository, int? Version) SourceOf(BodyValues values)
    {
        var repository = values.Get<ResourceReference?>("source_repository", null);
        var version = values.Get<ResourceReference?>("source_repository_version", null);
        return (repository, version) switch
        {
            ({ } latest, null) => (latest.Id, null),
            (null, { } pinned) => (pinned.Id, pinned.Number),
            _ => throw RefusedException.Field(
                PulpError.WholeObject,
                "Exactly one of 'source_repository' and 'source_repository_version' must be given."),
        };
    }
}
