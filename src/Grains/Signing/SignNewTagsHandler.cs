using OrleansRegistry.Tasks;

namespace OrleansRegistry.Signing;

/// <summary>Signs the tags that came into a repository since the last time, under every name that serves its newest version.</summary>
/// <remarks>
/// Up to which version it looks is saved before it begins: whoever goes on after a node was lost signs the same, and what came
/// meanwhile is for the next task. The version that it makes has no tags but cosign's, so that none follows from it.
/// </remarks>
internal sealed class SignNewTagsHandler(
    ISignOnPushStore store,
    SigningGate gate,
    SigningServices services,
    SigningSelection selection,
    RepositorySigning signing) : ITaskHandler
{
    public string Kind => SigningTasks.SignNewTagsKind;

    public bool IsLong => true;

    public async Task RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var repository = context.Read<SignNewTagsArguments>().Repository;
        var paths = await store.NamesAsync(repository, cancellationToken);
        if (paths.Count == 0)
            return; // signatures would name nothing; what is served later is signed then
        if (await store.BeginAsync(repository, context.Resume<Look>()?.Head, cancellationToken) is not { } news)
            return; // nobody wants it any more
        context.Mark(new Look(news.Head));
        await context.ReportAsync(ProgressReport.Running("Signing images", "sign.images", 0), cancellationToken);

        var wish = news.Wish;
        await gate.RequireAsync(wish, repository, paths, cancellationToken);
        var service = await services.RequireAsync(wish.Service, cancellationToken);
        string[] names = [.. paths.Select(path => $"{wish.Host}/{path}")];
        var tags = await store.TagsAsync(repository, news.After, news.Head, cancellationToken);
        var targets = await selection.FindAsync(repository, names, tags, cancellationToken);
        if (targets.Count > 0)
            await signing.SignAsync(
                service,
                new(repository, wish.Service, names[0], null, null, Force: false, AllOrNothing: false, wish.Host),
                targets,
                context,
                cancellationToken);
        await store.AdvanceAsync(repository, news.Head, cancellationToken);
    }

    private sealed record Look(int Head);
}
