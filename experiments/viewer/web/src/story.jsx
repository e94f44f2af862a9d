/* The news behind a scenario: a panel that opens with the page, is put away, and comes back by its button. */

/** Whether the page has a story of what it shows now. episode: on the screen, or nothing where none is. */
export function isTold(story, episode) {
  return Boolean(story) && (!episode || !story.scenario || story.scenario === episode.meta.scenario);
}

export function StoryButton({ open, onToggle, back }) {
  return (
    <button type="button" class="button storybutton" ref={back} aria-expanded={open} aria-controls="story" onClick={onToggle}>
      Story
    </button>
  );
}

/** story: {title, text, sources, reaction, questions: [{ask, do}]}. commands: whether questions come with what to type. back: where the focus goes when the keyboard puts it away. */
export function Story({ story, onClose, back, commands = true }) {
  const leave = (byKeyboard) => {
    onClose();
    if (byKeyboard) back.current?.focus();
  };
  const keys = (event) => {
    event.stopPropagation(); // the keys of the screen behind it rest while somebody reads
    if (event.key === "Escape") leave(true);
  };
  return (
    <section class="story" id="story" aria-labelledby="storytitle" onKeyDown={keys}>
      <header>
        <h2 id="storytitle">{story.title}</h2>
        <button type="button" class="button" onClick={(event) => leave(event.detail === 0)}>
          Close
        </button>
      </header>
      <div class="told" tabIndex={0} role="group" aria-label="The story, its sources and three questions">
        <div>
          <p>{story.text}</p>
          {story.reaction && (
            <p>
              <b>What followed.</b> {story.reaction}
            </p>
          )}
          {story.sources.length > 0 && <p class="muted small">Sources. {story.sources.join("; ")}</p>}
        </div>
        {story.questions.length > 0 && <Questions questions={story.questions} commands={commands} />}
      </div>
    </section>
  );
}

function Questions({ questions, commands }) {
  return (
    <div>
      <h3>To find out</h3>
      <ol class="questions">
        {questions.map((question) => (
          <li key={question.ask}>
            {question.ask} {(commands || !question.do.startsWith("straits ")) && <Try words={question.do} />}
          </li>
        ))}
      </ol>
    </div>
  );
}

/** A command is for a terminal, in whole words that a line may not break; everything else is for this page. */
function Try({ words }) {
  if (!words.startsWith("straits ")) return <span class="muted">{words}</span>;
  return <code>{words.split(" ").flatMap((word) => [<span key={word}>{word}</span>, " "])}</code>;
}
