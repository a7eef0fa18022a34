using OrleansRegistry.Tasks;

namespace OrleansRegistry.Exchange;

/// <summary>Changes an importer.</summary>
public sealed class ImporterUpdateHandler(IImportStore imports) : ITaskHandler
{
    public string Kind => ImporterUpdate.Kind;

    public Task RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var update = context.Read<ImporterUpdate>();
        return imports.UpdateAsync(update.Id, update.Before, update.After, cancellationToken);
    }
}

/// <summary>Deletes an importer.</summary>
public sealed class ImporterDeletionHandler(IImportStore imports) : ITaskHandler
{
    public string Kind => ImporterDeletion.Kind;

    public Task RunAsync(TaskContext context, CancellationToken cancellationToken) =>
        imports.DeleteAsync(context.Read<ImporterDeletion>().Id, cancellationToken);
}
