using System.Text.Json.Nodes;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;
using OrleansRegistry.Signing;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Trust;

/// <summary>
/// Takes away the tags of a repository that no name by which it is served lets through, in one version. What was moved since is
/// another tag, with a time of its own.
/// </summary>
internal sealed class AcceptanceHandler(
    IAcceptanceStore store, ITrustPolicyStore policies, ISignOnPushStore served, ITrust trust, IContentReader content,
    IGrainFactory grains, ITaskReader tasks) : ITaskHandler
{
    // Of what is taken away, in the task's result.
    private const int MostNamed = 100;

    public string Kind => AcceptanceTasks.Kind;

    public bool IsLong => true;

    public async Task RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var (repository, head) = context.Read<OverdueTags>();
        if (await store.FindAsync(repository, cancellationToken) is not { } found
            || await policies.FindAsync(found.Wish.Policy, cancellationToken) is not { } policy)
            return; // nobody wants it any more
        var names = await served.NamesAsync(repository, cancellationToken);
        var tags = await store.TagsAsync(repository, found.Done, head, cancellationToken);
        var refused = new List<(AwaitedTag Tag, string Why)>();
        foreach (var tag in tags)
            if (await WhyRefusedAsync(policy, found.Wish, repository, names, tag.Unit, cancellationToken) is { } why)
                refused.Add((tag, why));
        if (refused.Count > 0)
        {
            await grains.Repository(repository).ApplyAsync(
                new RemoveContent([.. refused.Select(one => one.Tag.Id)]), context.Stamp, cancellationToken);
            context.Result = new JsonObject
            {
                ["refused"] = refused.Count,
                ["tags"] = new JsonArray([.. refused.Take(MostNamed).Select(one => new JsonObject
                {
                    ["tag"] = one.Tag.Unit.Key, ["manifest"] = one.Tag.Unit.Target.ToString(), ["why"] = one.Why,
                })]),
            }.ToJsonString();
        }

        if (await tasks.FindMadeAsync(context.Id) is { } made)
            context.AddCreated(made);
        await store.AdvanceAsync(repository, head, cancellationToken);
    }

    private async Task<string?> WhyRefusedAsync(
        TrustPolicyRecord policy, Acceptance wish, Guid repository, IReadOnlyList<string> names, ContentUnit tag,
        CancellationToken cancellationToken)
    {
        if (await content.FindManifestAsync(tag.Target!.Value, cancellationToken) is not { } manifest)
            return null;
        string? why = null;
        var version = await grains.Repository(repository).GetHeadAsync();
        foreach (var name in names)
        {
            var verdict = await trust.JudgeAsync(
                policy, new(wish.Host, RepositoryName.Parse(name), Tag.Parse(tag.Key), repository, version), manifest,
                cancellationToken);
            if (verdict.IsAllowed)
                return null;
            why ??= verdict.Why;
        }

        return why; // what no name serves, nobody can pull
    }
}
