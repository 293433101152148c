"""The dashboard's frame and building blocks: with app.py and pages/, all that knows streamlit."""
