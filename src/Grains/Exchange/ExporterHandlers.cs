using OrleansRegistry.Tasks;

namespace OrleansRegistry.Exchange;

/// <summary>Changes an exporter.</summary>
public sealed class ExporterUpdateHandler(IExportStore exports) : ITaskHandler
{
    public string Kind => ExporterUpdate.Kind;

    public Task RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var update = context.Read<ExporterUpdate>();
        return exports.UpdateAsync(update.Id, update.Before, update.After, cancellationToken);
    }
}

/// <summary>Deletes an exporter.</summary>
public sealed class ExporterDeletionHandler(IExportStore exports) : ITaskHandler
{
    public string Kind => ExporterDeletion.Kind;

    public Task RunAsync(TaskContext context, CancellationToken cancellationToken) =>
        exports.DeleteAsync(context.Read<ExporterDeletion>().Id, cancellationToken);
}
