using OrleansRegistry.Content;
using OrleansRegistry.Resources;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Repositories;

/// <summary>Says in a task what of the content that it was to take away stayed, and why.</summary>
internal sealed class StayReport(IHeadReader head, IContentSets sets, IOutsideNames names)
{
    private const int MostNamed = 1000;

    public const string Code = "remove.stayed";

    public async Task WriteAsync(
        Guid repository, IReadOnlyCollection<Guid> named, TaskContext context, CancellationToken cancellationToken)
    {
        var stayed = await StayedContent.FindAsync(
            head, repository, await sets.FindByIdAsync(named, cancellationToken), cancellationToken);
        if (stayed.Count == 0)
            return;
        context.Result = TaskJson.Write(new Stayed([
            .. stayed.Take(MostNamed).Select(one => new StayedUnit(PathOf(one.Unit), one.Unit.Unit.Key, one.Why)),
        ]));
        var words = SomeNames.Of([.. stayed.Select(one => $"{one.Unit.Unit.Key} ({one.Why})")], "; ", "; and ");
        await context.ReportAsync(
            ProgressReport.Completed($"Content that stayed: {words}", Code, stayed.Count), cancellationToken);
    }

    private string PathOf(StoredUnit stored) => names.PathOf(new(ResourceKinds.Of(stored.Unit.Kind), stored.Id));

    private sealed record Stayed(StayedUnit[] ContentThatStayed);

    private sealed record StayedUnit(string Content, string Name, string Why);
}
