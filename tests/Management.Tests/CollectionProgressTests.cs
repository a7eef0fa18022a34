using OrleansRegistry.Collection;
using OrleansRegistry.Operations;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Management.Tests;

/// <summary>What an operator sees of a collection at the moment of its end.</summary>
public sealed class CollectionProgressTests
{
    [Fact]
    public void A_collection_whose_work_is_done_is_idle_only_once_its_task_has_ended()
    {
        var done = TaskJson.Write(new CollectionCursor { Phase = CollectionPhase.Idle });

        Assert.NotEqual(CollectionPhase.Idle, CollectionProgress.Of(Run(TaskState.Running, done)).Phase);
        Assert.Equal(CollectionPhase.Idle, CollectionProgress.Of(Run(TaskState.Completed, done)).Phase);
        Assert.Equal(CollectionPhase.Idle, CollectionProgress.Of(null).Phase);
    }

    private static TaskRecord Run(TaskState state, string cursor) =>
        new(
            Guid.CreateVersion7(), CollectGarbage.Kind, CollectGarbage.Kind, state, "", null, default, null, null, null, "{}",
            null, [], [], null, [], null, null)
        {
            Cursor = cursor,
        };
}
